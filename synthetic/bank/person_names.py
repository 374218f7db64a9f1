"""Words that names are made of, most frequent first: common surnames, and characters of given names with their gender."""

from __future__ import annotations

from typing import NamedTuple


class Word(NamedTuple):
    """A character and how it is written in Latin letters."""

    han: str
    latin: str


def _words(text: str) -> tuple[Word, ...]:
    return tuple(Word(word[0], word[1:]) for word in text.split())


SURNAMES = _words(
    "王wang 李li 张zhang 刘liu 陈chen 杨yang 赵zhao 黄huang 周zhou 吴wu 徐xu 孙sun 胡hu 朱zhu 高gao 林lin 何he 郭guo 马ma"
    " 罗luo 梁liang 宋song 郑zheng 谢xie 韩han 唐tang 冯feng 于yu 董dong 萧xiao 程cheng 曹cao 袁yuan 邓deng 许xu 傅fu"
    " 沈shen 曾zeng 彭peng 吕lv 苏su 卢lu 蒋jiang 蔡cai 贾jia 丁ding 魏wei 薛xue 叶ye 阎yan 余yu 潘pan 杜du 戴dai 夏xia"
    " 钟zhong 汪wang 田tian 任ren 姜jiang 范fan 方fang 石shi 姚yao 谭tan 廖liao 邹zou 熊xiong 金jin 陆lu 郝hao 孔kong"
    " 白bai 崔cui 康kang 毛mao 邱qiu 秦qin 江jiang 史shi 顾gu 侯hou 邵shao 孟meng 龙long 万wan 段duan 雷lei 钱qian 汤tang"
    " 尹yin 黎li 易yi 常chang 武wu 乔qiao 贺he 赖lai 龚gong 文wen"
)
OF_WOMEN = _words(
    "芳fang 娜na 敏min 静jing 丽li 艳yan 娟juan 霞xia 秀xiu 英ying 慧hui 玉yu 婷ting 雪xue 琳lin 玲ling 红hong 梅mei 兰lan"
    " 燕yan 莉li 萍ping 桂gui 颖ying 倩qian 佳jia 怡yi 欣xin 瑶yao 蓉rong 洁jie 凤feng 珍zhen 云yun 莹ying 璐lu 雅ya 妍yan"
    " 思si 梦meng 晶jing 丹dan 薇wei 菲fei 彤tong 琴qin 岚lan 冰bing 婉wan 月yue 晴qing 露lu 柔rou 清qing 淑shu 惠hui"
)
OF_MEN = _words(
    "伟wei 强qiang 磊lei 军jun 洋yang 勇yong 杰jie 涛tao 明ming 超chao 刚gang 平ping 辉hui 鹏peng 华hua 飞fei 鑫xin 波bo"
    " 斌bin 宇yu 浩hao 凯kai 健jian 俊jun 帆fan 旭xu 宁ning 龙long 林lin 亮liang 建jian 国guo 志zhi 文wen 海hai 峰feng"
    " 永yong 成cheng 晨chen 东dong 庆qing 毅yi 博bo 瑞rui 翔xiang 泽ze 睿rui 轩xuan 哲zhe 楠nan 阳yang 锋feng 坤kun 威wei"
    " 康kang 恒heng 家jia 安an 正zheng 山shan"
)
MAIL_HOSTS = ("mail.example", "post.example", "letter.example", "inbox.example", "work.example")
"""Names that the Internet reserves for examples (RFC 2606): no e-mail of the bank reaches anybody."""

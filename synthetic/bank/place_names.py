"""Words that addresses are made of: large cities with public coordinates, and districts and streets that many cities have."""

from __future__ import annotations

from typing import NamedTuple


class City(NamedTuple):
    """A city with the coordinates of its centre, and how many of the bank's customers live there, in per cent."""

    han: str
    latin: str
    region: str
    latitude: float
    longitude: float
    share: int


CITIES = (
    City("上海", "SHANGHAI", "East", 31.2304, 121.4737, 17),
    City("北京", "BEIJING", "North", 39.9042, 116.4074, 14),
    City("广州", "GUANGZHOU", "South", 23.1291, 113.2644, 12),
    City("深圳", "SHENZHEN", "South", 22.5431, 114.0579, 12),
    City("成都", "CHENGDU", "West", 30.5728, 104.0668, 9),
    City("杭州", "HANGZHOU", "East", 30.2741, 120.1551, 8),
    City("武汉", "WUHAN", "Central", 30.5928, 114.3055, 7),
    City("南京", "NANJING", "East", 32.0603, 118.7969, 6),
    City("西安", "XIAN", "West", 34.3416, 108.9398, 5),
    City("重庆", "CHONGQING", "West", 29.4316, 106.9123, 4),
    City("苏州", "SUZHOU", "East", 31.2989, 120.5853, 3),
    City("天津", "TIANJIN", "North", 39.3434, 117.3616, 3),
)

DISTRICTS = (
    ("东湖", "DONGHU"), ("西山", "XISHAN"), ("南岸", "NANAN"), ("北新", "BEIXIN"), ("高新", "GAOXIN"), ("新城", "XINCHENG"),
    ("江北", "JIANGBEI"), ("河西", "HEXI"), ("青山", "QINGSHAN"), ("白云", "BAIYUN"), ("龙华", "LONGHUA"), ("金水", "JINSHUI"),
)  # fmt: skip

STREETS = (
    ("人民路", "RENMIN LU"), ("解放路", "JIEFANG LU"), ("中山路", "ZHONGSHAN LU"), ("建设路", "JIANSHE LU"),
    ("和平路", "HEPING LU"), ("文化路", "WENHUA LU"), ("新华路", "XINHUA LU"), ("光明街", "GUANGMING JIE"),
    ("长江路", "CHANGJIANG LU"), ("黄河路", "HUANGHE LU"), ("花园路", "HUAYUAN LU"), ("学府路", "XUEFU LU"),
    ("迎宾大道", "YINGBIN DADAO"), ("滨江大道", "BINJIANG DADAO"), ("桂花巷", "GUIHUA XIANG"), ("梅园路", "MEIYUAN LU"),
    ("松柏路", "SONGBAI LU"), ("湖滨路", "HUBIN LU"), ("朝阳路", "CHAOYANG LU"), ("胜利路", "SHENGLI LU"),
    ("友谊路", "YOUYI LU"), ("团结路", "TUANJIE LU"), ("科技路", "KEJI LU"), ("青年路", "QINGNIAN LU"),
    ("体育路", "TIYU LU"), ("工业路", "GONGYE LU"), ("永安街", "YONGAN JIE"), ("西湖路", "XIHU LU"),
    ("东风路", "DONGFENG LU"), ("春风路", "CHUNFENG LU"),
)  # fmt: skip

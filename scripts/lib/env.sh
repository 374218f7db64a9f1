# shellcheck shell=bash
#
# Sourced by the scripts: finds Python and Java, and makes once what they need.
#
#   bullseye_env run|test   Python packages of that set, Delta jars, the variables below
#   docs_env                Python packages of the set docs, in an environment of its own: neither Java nor Spark
#   spark_options           fills the array SPARK_OPTIONS, the options of every spark-submit
#
# Variables that say otherwise:
#   BULLSEYE_PYTHON  Python to make the environments with; default: python3.11, else python3
#   JAVA_HOME  Java 17 or 21; default: the one on PATH, else one of /usr/lib/jvm
#   BULLSEYE_CACHE  folder of environments, jars and all else that is made; default: .cache of the checkout
#   BULLSEYE_LOG  file of traces and of what Spark says; default: a new one in logs of that folder
#
# Exports PYSPARK_PYTHON, PYSPARK_DRIVER_PYTHON, SPARK_HOME, JAVA_HOME, BULLSEYE_JARS, PYTHONPATH and TZ.
# Everything made goes into .cache of the checkout, each in a folder named by the hash of what it is made from; .venv is a
# link to the environment of the last command. A step that was killed is done again by the next call.

[[ -n ${BASH_VERSION-} ]] || { echo "bullseye: the scripts need bash" >&2; exit 2; }

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
CACHE=${BULLSEYE_CACHE:-$ROOT/.cache}
ENVIRONMENTS=$CACHE/environments
JARS=$CACHE/jars

note() { echo "bullseye: $*" >&2; }
fail() { note "$@"; exit 2; }

# The comment at the head of a script.
header() { sed -n '3,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$1"; }

asks_for_help() { [[ " $* " == *" --help "* || " $* " == *" -h "* ]]; }

# answer_help SCRIPT [arguments]: prints the script's header and ends, where the first argument asks for help.
answer_help() {
    asks_for_help "${2-}" || return 0
    header "$1"
    exit
}

# answer_help_early SCRIPT [arguments]: the same where a program would answer whose environment is not made yet.
answer_help_early() {
    asks_for_help "${@:2}" && ! (find_environment run) || return 0
    header "$1"
    echo
    echo "All commands and options: docs/reference/commands.md"
    exit
}

# --- Python ----------------------------------------------------------------------------------------------------------

find_python() {
    local candidate
    for candidate in "${BULLSEYE_PYTHON:-python3.11}" python3; do
        # Run it: a name on PATH may be a shim of a version that is not installed.
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    note "Python 3.11 or newer is missing. On Debian: apt-get install python3 python3-venv"
    fail "(or name one: BULLSEYE_PYTHON=/path/to/python)"
}

# Where the packages of a set are, or would be: a folder named by the hash of what goes into it.
environment() {
    local python=$1 set=$2 key
    key=$({
        "$python" -c 'import sys; print(sys.version_info[:2])'
        cat "$ROOT/requirements/tools.txt" "$ROOT/requirements/$set.txt"
    } | sha256sum | cut -c1-16)
    echo "$ENVIRONMENTS/$set-$key"
}

is_environment() { [[ -x $1/bin/python ]]; }

# Sets VENV to the environment of a set; false where it is not made yet.
find_environment() {
    local set=$1 python
    python=$(find_python) || exit
    # The test set holds the run set.
    if [[ $set == run ]]; then
        VENV=$(environment "$python" test)
        ! is_environment "$VENV" || return 0
    fi
    VENV=$(environment "$python" "$set")
    is_environment "$VENV"
}

# Makes an environment aside and renames it when it is whole: a process that uses another one keeps that.
make_environment() {
    local set=$1 folder=$2 python aside
    ! is_environment "$folder" || return 0
    python=$(find_python)
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "$python cannot make virtual environments. On Debian: apt-get install python3-venv"
    aside=$folder.making
    rm -rf "$aside" "$folder"
    note "installing the Python packages of requirements/$set.txt"
    note "(once; what pip has in its cache is not fetched again)"
    "$python" -m venv "$aside"
    {
        "$aside/bin/python" -m pip install --quiet --require-hashes --requirement "$ROOT/requirements/tools.txt" &&
            "$aside/bin/python" -m pip install --no-build-isolation --require-hashes \
                --requirement "$ROOT/requirements/$set.txt"
    } >&2 || fail "pip could not install the packages; its message is above. Run the same command again to go on."
    # Programs name their folder in their first line.
    "$aside/bin/python" - "$aside" "$folder" <<'END'
import pathlib, sys

aside, folder = (name.encode() for name in sys.argv[1:])
for path in pathlib.Path(sys.argv[1], "bin").iterdir():
    if path.is_file() and not path.is_symlink() and aside in path.read_bytes():
        path.write_bytes(path.read_bytes().replace(aside, folder))
END
    mv "$aside" "$folder"
    remove_old_environments
}

# Removes environments that no script has used for a month and that no process holds.
remove_old_environments() {
    local folder
    command -v flock >/dev/null || return 0
    find "$ENVIRONMENTS" -mindepth 1 -maxdepth 1 -name '*.used' -mtime +30 | while read -r used; do
        folder=${used%.used}
        (flock --nonblock 9 && rm -rf "$folder" "$used") 9<"$used" || true
    done
}

# Holds an environment as long as this process, or the program that takes its place, runs.
hold_environment() {
    touch "$VENV.used" 2>/dev/null || return 0
    exec 8<"$VENV.used"
    ! command -v flock >/dev/null || flock --shared 8
}

# The link .venv, for editors and for people, leads to the environment that was used last.
link_environment() {
    local link=$ROOT/.venv
    [[ ! -e $link || -L $link ]] || return 0
    [[ $(readlink "$link" || true) == "$VENV" ]] && return
    ln -s "$VENV" "$link.$$" && mv -T "$link.$$" "$link"
}

# --- Java ------------------------------------------------------------------------------------------------------------

is_java() {
    [[ -x $1/bin/java && $("$1/bin/java" -version 2>&1) =~ version\ \"(17|21)[.\"-] ]]
}

find_java() {
    local candidate on_path
    on_path=$(readlink -f "$(command -v java || true)" || true)
    for candidate in "${JAVA_HOME-}" "${on_path%/bin/java}" /usr/lib/jvm/*; do
        if [[ -n $candidate ]] && is_java "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    note "Java 17 or 21 is missing. On Debian: apt-get install openjdk-17-jre-headless"
    fail "(or name one: JAVA_HOME=/path/to/java)"
}

# --- Delta's jars ----------------------------------------------------------------------------------------------------

# Libraries that Delta asks for and Spark has already: 7 jars are left of 33.
JARS_OF_SPARK='org.apache.hadoop:*,org.apache.parquet:*,com.fasterxml.jackson.*:*,org.apache.logging.log4j:*'
JARS_OF_SPARK+=',org.slf4j:*,org.xerial.snappy:*,com.github.luben:*,commons-logging:*,commons-pool:*'
JARS_OF_SPARK+=',org.roaringbitmap:*,com.google.code.findbugs:*,io.airlift:*,javax.annotation:*,org.locationtech.jts:*'

# Exactly the jars of requirements/jars.sha256, unchanged: a stray jar would be on the class path too.
jars_are_whole() {
    [[ -d $1 ]] || return 1
    (cd "$1" && sha256sum --check --quiet "$ROOT/requirements/jars.sha256" >/dev/null 2>&1) || return 1
    [[ $(find "$1" -name '*.jar' | wc -l) == $(wc -l <"$ROOT/requirements/jars.sha256") ]]
}

pinned() {
    sed -n "s/^$1==\([^ ]*\).*/\1/p" "$ROOT/requirements/run.txt"
}

fetch_jars() {
    jars_are_whole "$JARS" && return
    local work delta spark jar
    delta=$(pinned delta-spark)
    spark=$(pinned pyspark)
    note "fetching the jars of Delta $delta for Spark ${spark%.*} (once, 13 MB)"
    mkdir -p "$CACHE"
    work=$(mktemp -d "$CACHE/jars.XXXXXX")
    # Spark's own resolver fetches them; the program that it runs afterwards is empty.
    touch "$work/nothing.py"
    if ! "$SPARK_HOME/bin/spark-submit" --master 'local[1]' \
        --packages "io.delta:delta-spark_${spark%.*}_2.13:$delta" --conf "spark.jars.excludes=$JARS_OF_SPARK" \
        --conf "spark.jars.ivy=$CACHE/ivy" "$work/nothing.py" >"$CACHE/jars.log" 2>&1; then
        tail -n 20 "$CACHE/jars.log" >&2
        rm -r "$work"
        note "the jars could not be fetched. Without a network: copy the files named in requirements/jars.sha256"
        fail "to $JARS. The whole log: $CACHE/jars.log"
    fi
    mkdir "$work/jars"
    # The resolver puts the organisation before the name of each file.
    while read -r _ jar; do
        cp "$CACHE"/ivy/jars/*_"$jar" "$work/jars/$jar" || true
    done <"$ROOT/requirements/jars.sha256"
    if ! jars_are_whole "$work/jars"; then
        rm -r "$work"
        fail "the jars fetched are not those of requirements/jars.sha256. What was fetched: $CACHE/jars.log"
    fi
    rm -rf "$JARS"
    mv "$work/jars" "$JARS"
    rm -r "$work" "$CACHE/ivy"
}

# --- All of it -------------------------------------------------------------------------------------------------------

spark_home() {
    local folder
    for folder in "$VENV"/lib/python*/site-packages/pyspark; do
        [[ -x $folder/bin/spark-submit ]] && echo "$folder" && return
    done
    fail "there is no pyspark in $VENV; delete that folder and try again"
}

# Two scripts started at the same time must not install into the same folder. What the command starts holds the lock
# too: a pip that outlives its killed script is waited for.
locked() {
    (
        if command -v flock >/dev/null && ! flock --nonblock 9; then
            note "waiting for another installation in this checkout to end"
            flock 9
        fi
        "$@"
    ) 9>"$CACHE/lock"
}

use_environment() {
    mkdir -p "$ENVIRONMENTS"
    find_environment "$1" || locked make_environment "$1" "$VENV"
    hold_environment
}

bullseye_env() {
    JAVA_HOME=$(find_java)
    export JAVA_HOME
    use_environment "$1"
    SPARK_HOME=$(spark_home)
    export SPARK_HOME
    export PYSPARK_PYTHON=$VENV/bin/python PYSPARK_DRIVER_PYTHON=$VENV/bin/python
    locked fetch_jars
    export BULLSEYE_JARS=$JARS PYTHONPATH=$ROOT/lib PATH=$VENV/bin:$PATH
    # Traces and what Spark says: Python and Java write into one file, which is there only when one of them has.
    export BULLSEYE_LOG=${BULLSEYE_LOG:-$CACHE/logs/bullseye-$(date -u +%Y%m%dT%H%M%S)-$$.log}
    link_environment
    # PySpark hands timestamps to Python in the zone of the process; the tables are in UTC.
    export TZ=UTC
}

# What builds the site never meets what runs the suite: each can have its own version of a package.
docs_env() {
    use_environment docs
    export PATH=$VENV/bin:$PATH
}

# --- Options of spark-submit -----------------------------------------------------------------------------------------

# A quarter of the machine (or of the container's limit), at least 2 and at most 6 GB.
driver_memory() {
    local megabytes limit
    megabytes=$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)
    limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || true)
    if [[ $limit =~ ^[0-9]+$ ]] && ((limit / 1048576 < megabytes)); then megabytes=$((limit / 1048576)); fi
    megabytes=$((megabytes / 4))
    ((megabytes > 2048)) || megabytes=2048
    ((megabytes < 5120)) || megabytes=5120
    echo "${megabytes}m"
}

# The archive of loaded classes that scripts/warm-up makes; its name changes with Java, Spark and Delta.
class_archive() {
    local key
    key=$({
        cat "$JAVA_HOME/release" || true
        ls -l --time-style=+%s "$SPARK_HOME/jars" "$JARS" "$(splink_jar)"
    } 2>/dev/null | sha256sum | cut -c1-16)
    echo "$CACHE/classes-$key.jsa"
}

# The functions by which Splink compares texts; they come with its Python package, the newest last.
splink_jar() {
    printf '%s\n' "$VENV"/lib/python*/site-packages/splink/internals/files/spark_jars/*_spark4.x.jar | sort -V | tail -n 1
}

# SPARK_MASTER                  where to run; all cores of this machine where it is not set
# BULLSEYE_DRIVER_MEMORY        heap of the driver, such as 8g
# BULLSEYE_SPARK_CONF           properties file to use instead of conf/spark/local.conf or conf/spark/cluster.conf
# BULLSEYE_DRIVER_JAVA_OPTIONS  more options of the driver's Java, after those below
# BULLSEYE_UMASK                permissions that files of the lake are made without: 077, the owner only, or such as 027
spark_options() {
    local master=${SPARK_MASTER:-local[*]} conf=cluster archive jars java memory
    # For Spark's scratch files: they hold rows of tables, and most systems let every local user read a new file.
    umask "${BULLSEYE_UMASK:-077}" 2>/dev/null || fail "BULLSEYE_UMASK is '$BULLSEYE_UMASK'; write octal digits such as 077 or 027"
    # Parallel collector: half the time of the default one for the heaviest steps. Deep stack: plans of generated
    # SQL with hundreds of columns are walked recursively.
    # The whole heap from the start, and room for what lives short: fewer collections (half the time spent in them).
    memory=${BULLSEYE_DRIVER_MEMORY:-$(driver_memory)}
    java="-XX:+UseParallelGC -Xms$memory -XX:NewRatio=1 -Xss4m -Duser.timezone=UTC"
    # Every query is compiled anew and most run for a second: the costly compiler is for what stays hot fifteen times
    # longer than by default (tried: half of its time), inlines less (a twelfth of the whole run), and what it made is kept.
    java+=" -XX:ReservedCodeCacheSize=512m -XX:Tier4InvocationThreshold=75000 -XX:Tier4MinInvocationThreshold=9000"
    java+=" -XX:Tier4CompileThreshold=225000 -XX:Tier4BackEdgeThreshold=600000"
    java+=" -XX:MaxInlineLevel=9 -XX:InlineSmallCode=1500"
    # Java's second compiler leaves out what that file names; without -DisplayVMOutput it says so on standard output.
    java+=" -XX:+UnlockDiagnosticVMOptions -XX:-DisplayVMOutput '-XX:CompilerDirectivesFile=$ROOT/conf/spark/compiler.json'"
    java+=" '-Dlog4j2.configurationFile=$ROOT/conf/spark/log4j2.properties'"
    archive=$(class_archive)
    # Java ignores an archive that does not fit, without a word, but breaks down on one that is cut short.
    if [[ -f $archive && $(stat -c %s "$archive") == $(cat "$archive.size" 2>/dev/null) ]]; then
        java+=" '-XX:SharedArchiveFile=$archive' -Xshare:auto -Xlog:cds=off -Xlog:cds+dynamic=off"
    fi
    java+=" ${BULLSEYE_DRIVER_JAVA_OPTIONS-}"
    if [[ $master == local || $master == 'local['* ]]; then
        conf=local
    fi
    if [[ $conf == local || $master == spark://127.* ]]; then
        # Without it Spark warns about the machine's own name, and listens on its outer address.
        export SPARK_LOCAL_IP=127.0.0.1
    fi
    SPARK_OPTIONS=(
        --master "$master"
        --properties-file "${BULLSEYE_SPARK_CONF:-$ROOT/conf/spark/$conf.conf}"
        --driver-memory "$memory"
        --driver-java-options "$java"
        --conf "spark.driver.extraClassPath=$JARS/*:$(splink_jar)"
        # Used only by a table without a path, and no job makes one; the default is the current folder.
        --conf "spark.sql.warehouse.dir=$CACHE/warehouse"
        # Hadoop, which writes the tables, does not go by the mask of the process.
        --conf "spark.hadoop.fs.permissions.umask-mode=${BULLSEYE_UMASK:-077}"
    )
    if [[ $conf == cluster ]]; then
        # The executors fetch the jars from the driver.
        jars=$(printf '%s,' "$JARS"/*.jar "$(splink_jar)")
        SPARK_OPTIONS+=(--jars "${jars%,}")
    fi
}

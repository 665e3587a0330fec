# `./spangate test [SUITE]`; sourced by ./spangate, which has set ROOT, DIST and JAVA_HOME.
# One Maven invocation runs the tests; dev.spangate.testing.SuiteReport reads what it left behind.

SUITES="unit e2e examples linking replicas loss collector llm conformance clients faults guards containers"

run_suites() {
  local suite="${1:-all}"
  case "$suite" in
    -h | --help) suites_usage; exit 0 ;;
  esac
  case " all $SUITES " in
    *" $suite "*) ;;
    *)
      echo "spangate test: there is no suite '$suite'. Suites: $SUITES" >&2
      exit $EX_USAGE ;;
  esac
  lock_target
  cd "$ROOT"
  rm -rf target/suites ./*/target/surefire-reports
  mkdir -p target/suites "$DIST"
  local built=0 formatted=0
  run_maven "$suite" || built=$?
  if [ "$suite" = all ] || [ "$suite" = unit ]; then
    mvn -B -q spotless:check >target/format.log 2>&1 || formatted=$?
    [ $formatted -eq 0 ] || grep -E '^\[ERROR\]' target/format.log | head -n 30
  fi
  unlock_target
  report "$suite" $built $formatted
}

suites_usage() {
  echo "Usage: ./spangate test [SUITE]"
  echo "Without a name: everything in short form, at most 10 minutes. With one: that suite in full."
  echo "Suites: $SUITES"
  echo "Exit codes: 0 all of it ran and passed, 1 something failed, 64 unknown suite,"
  echo "            75 a part of the named suite was skipped."
}

# Failing tests do not stop Maven (their reports tell); what does stop it is a build that fails.
run_maven() {
  local suite="$1" select
  case "$suite" in
    all) select="-Dspangate.suite=short" ;;
    unit) select="-Dspangate.suite=full -DexcludedGroups=$(echo "${SUITES#unit }" | tr ' ' ',')" ;;
    *) select="-Dspangate.suite=full -Dgroups=$suite -Dspangate.test.timeout=20m" ;;
  esac
  start_stamp "$DIST/.stamp"
  # shellcheck disable=SC2086
  mvn -B -T 2 verify --fail-at-end -Dmaven.test.failure.ignore=true -Dspotless.check.skip=true $select \
    2>&1 </dev/null | tee target/test.log | grep --line-buffered -v -E "$NOISE" || true
  grep -q '^\[INFO\] BUILD SUCCESS' target/test.log || return 1
  mv "$DIST/.stamp.new" "$DIST/.stamp"
}

NOISE='sun.misc.Unsafe|terminally deprecated|^WARNING: (Please|A term|Use )|Download(ing|ed) from|Progress|^\[INFO\] *$|^\[INFO\] (Copying|skip|Nothing|Compiling|Recompiling|Using|Changes|Rule|Spotless|Surefire|Loaded|Building jar|Artifact)|^\[INFO\] ---|already exists in destination'

report() {
  local classes="$ROOT/testing/target/classes" code=0
  if [ "$2" -ne 0 ] || [ ! -d "$classes" ]; then
    echo "The build failed; its whole output is $ROOT/target/test.log"
  fi
  if [ ! -d "$classes" ]; then
    exit 1
  fi
  "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -cp "$classes" dev.spangate.testing.SuiteReport \
    "$ROOT" "$1" "$2" "$3" || code=$?
  exit $code
}

// SPDX-License-Identifier: Apache-2.0
// Cron schedules and time zones as the API server parses them. The wording of each problem is that
// of robfig/cron v3.0.1, the parser of Kubernetes 1.34.
#include "kube/cron.hpp"
#include "catch.hpp"
#include "kube/time_zone.hpp"

using podseer::kube::cron_problem;
using podseer::kube::is_time_zone;

TEST_CASE("schedules that look odd and parse", "[kube]") {
  for (const char* schedule :
       {"* * * * *", "*/5 0-23/2 1,15 jan-dec mon-fri", "0 0 1 1 SUN", "? ? ? ? ?", "5/15 * * * *", "0,,30 * * * *",
        "@hourly", "@midnight", "@every 1h30m", "  0 3 * * 6  ", "0\t3 * * *"}) {
    INFO(schedule);
    CHECK_FALSE(cron_problem(schedule));
  }
}

TEST_CASE("schedules are refused in the parser's words", "[kube]") {
  CHECK(cron_problem("0 3 * * 7") == "end of range (7) above maximum (6): 7");
  CHECK(cron_problem("60 2 * * *") == "end of range (60) above maximum (59): 60");
  CHECK(cron_problem("0 */5 * * * *") == "expected exactly 5 fields, found 6: [0 */5 * * * *]");
  CHECK(cron_problem("../up") == "expected exactly 5 fields, found 1: [../up]");
  CHECK(cron_problem("") == "empty spec string");
  CHECK(cron_problem("0 0 0 * *") == "beginning of range (0) below minimum (1): 0");
  CHECK(cron_problem("0 0 * * fri-mon") == "beginning of range (5) beyond end of range (1): fri-mon");
  CHECK(cron_problem("*/0 * * * *") == "step of range should be a positive number: */0");
  CHECK(cron_problem("1-2-3 * * * *") == "too many hyphens: 1-2-3");
  CHECK(cron_problem("1/2/3 * * * *") == "too many slashes: 1/2/3");
  CHECK(cron_problem("0 0 L * *") == "failed to parse int from L: strconv.Atoi: parsing \"L\": invalid syntax");
  CHECK(cron_problem("-5 * * * *") == "failed to parse int from : strconv.Atoi: parsing \"\": invalid syntax");
  CHECK(cron_problem("@reboot") == "unrecognized descriptor: @reboot");
  CHECK(cron_problem("@every 5") == "failed to parse duration @every 5: time: missing unit in duration \"5\"");
  CHECK(cron_problem("@every five") == "failed to parse duration @every five: time: invalid duration \"five\"");
}

TEST_CASE("time zones are IANA names, spelled exactly", "[kube]") {
  for (const char* name : {"Europe/Berlin", "Asia/Seoul", "UTC", "Etc/GMT+5", "US/Pacific", "EST5EDT", "Zulu"}) {
    INFO(name);
    CHECK(is_time_zone(name));
  }
  for (const char* name : {"europe/berlin", "Foo/Bar", "", "Europe", "Berlin", "UTC+1"}) {
    INFO(name);
    CHECK_FALSE(is_time_zone(name));
  }
}

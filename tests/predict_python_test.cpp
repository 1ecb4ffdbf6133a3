// SPDX-License-Identifier: Apache-2.0
// Small Python programs: our reader's answer against python3's own (unknown is allowed, wrong is not).
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "catch.hpp"
#include "process/predict.hpp"
#include "world_of.hpp"

namespace podseer::tests {
namespace {

using process::Outcome;

constexpr std::string_view kPrograms[] = {
    "print('hello')",
    "import sys; sys.exit(3)",
    "import sys; sys.exit('no')",
    "import sys; sys.exit(None)",
    "import os; os._exit(7)",
    "exit(4)",
    "raise ValueError('x')",
    "1/0",
    "x = 5\nassert x == 5\nassert x > 6",
    "import os\nprint(os.environ['PODSEER_NOT_SET'])",
    "import os\nprint(os.environ.get('PODSEER_NOT_SET', 'x'))",
    "import os, sys\nif not os.getenv('PODSEER_NOT_SET'):\n    sys.exit('missing')\nprint('fine')",
    "import os\nport = int(os.getenv('PODSEER_NOT_SET'))",
    "import os\nport = int(os.environ.get('PODSEER_NOT_SET', '80'))\nprint(port)",
    "import os\nfor k in ('A_B_C', 'D_E_F'):\n    if k not in os.environ:\n        raise SystemExit(f'{k} is missing')",
    "import json\nprint(json.loads('{\"a\": [1, 2]}')['a'][1])",
    "import json\njson.loads('{\"a\": [1, 2,]}')",
    "import json\njson.loads('{\"a\": 1}')['b']",
    "open('/podseer/not/there')",
    "try:\n    open('/podseer/not/there')\nexcept FileNotFoundError:\n    print('fine')",
    "try:\n    open('/podseer/not/there')\nexcept (KeyError, OSError) as e:\n    print(e)\n    raise SystemExit(9)",
    "try:\n    {}['x']\nexcept ValueError:\n    pass",
    "try:\n    int('x')\nfinally:\n    print('always')",
    "def main():\n    for i in range(3):\n        if i == 2:\n            return i\n    return 0\n\nif __name__ == "
    "'__main__':\n    raise SystemExit(main())",
    "n = 0\nwhile True:\n    n += 1\n    if n > 5:\n        break\nelse:\n    n = 0\nimport sys\nsys.exit(n)",
    "total = sum([1, 2, 3])\nprint(total)",
    "d = {'a': 1}\nfor k, v in d.items():\n    print(k, v)\nprint(d.get('z', 5))\nd['z']",
    "x = [i * 2 for i in range(4) if i % 2 == 0]\nimport sys\nsys.exit(len(x))",
    "a, b = 1, 2\nimport sys\nsys.exit(a + b)",
    "text = 'a,b,c'\nimport sys\nsys.exit(len(text.split(',')))",
    "x = None\nprint(x['a'])",
    "print 'hello'",
    "print('open'",
    "if True:\nprint(1)",
    "def f(a, b=2):\n    return a * b\nimport sys\nsys.exit(f(3))",
    "undefined_name",
    "import podseer_no_such_module",
    "try:\n    import podseer_no_such_module\nexcept ImportError:\n    import json",
    "import math, datetime, re\nprint(math.sqrt(4), datetime.datetime.now(), re.compile('a+'))",
    "class A:\n    x = 1\nprint('made')",
    "import sqlite3\ncon = sqlite3.connect(':memory:')\ncon.execute('create table t (a)')\ncon.commit()\nprint('ok')",
    "with open('/tmp/podseer-python-test', 'w') as f:\n    f.write('x')\nprint('written')",
    "input()",
    "import time\ntime.sleep(0.01)\nprint('slept')",
    "s = 'x' if 1 > 2 else 'y'\nimport sys\nsys.exit(0 if s == 'y' else 1)",
    "data = b'x' * 10\nimport sys\nsys.exit(len(data))",
};

Outcome ours(std::string_view program, std::string_view extra = "") {
  std::string indented;
  for (const char c : program) {
    indented += c;
    if (c == '\n') indented += "      ";
  }
  const std::string text =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    image: python:3.12\n" +
      std::string(extra) + "    command:\n    - python3\n    - -c\n    - |\n      " + indented + "\n";
  const WorldOf world(text);
  const kube::PodTemplate& pod = world.pod("p");
  return process::predict(pod, pod.spec.containers[0], world.world());
}

}  // namespace

TEST_CASE("Python programs end as python3 says", "[process][integration]") {
  if (std::system("command -v python3 >/dev/null 2>&1") != 0) {
    WARN("no python3: skipped");
    return;
  }
  char name[] = "/tmp/podseer-python-XXXXXX";
  const int handle = mkstemp(name);
  REQUIRE(handle >= 0);
  close(handle);
  std::size_t known = 0;
  for (const std::string_view program : kPrograms) {
    std::ofstream(name, std::ios::binary) << program << "\n";
    const int status = std::system(("timeout 10 python3 " + std::string(name) + " </dev/null >/dev/null 2>&1").c_str());
    const int real = WEXITSTATUS(status);
    const Outcome outcome = ours(program);
    if (outcome.kind == Outcome::Kind::Unknown) continue;
    ++known;
    INFO(program << "\n" << outcome.explanation);
    CHECK(outcome.kind == Outcome::Kind::Exits);
    CHECK(outcome.exit_code == real);
  }
  std::remove(name);
  CHECK(known * 100 >= std::size(kPrograms) * 85);
}

TEST_CASE("Python servers and endless loops stay, and big buffers are weighed", "[process]") {
  CHECK(ours("import time\nwhile True:\n    time.sleep(60)").kind == Outcome::Kind::RunsForever);
  CHECK(ours("import http.server\nhttp.server.HTTPServer(('', 8080), "
             "http.server.SimpleHTTPRequestHandler).serve_forever()")
            .listens == std::vector<std::int64_t>{8080});
  const std::string_view grows =
      "import time\nx = []\nfor i in range(20):\n    x.append(bytearray(b'x' * 12 * 1024 * 1024))\n    "
      "time.sleep(0.1)\nwhile True:\n    time.sleep(60)";
  CHECK(ours(grows).kind == Outcome::Kind::RunsForever);
  const Outcome killed = ours(grows, "    resources: {limits: {memory: 96Mi}}\n");
  CHECK(killed.exit_code == 137);
  CHECK(killed.cause == Outcome::Cause::OutOfMemory);
  CHECK(ours(grows, "    resources: {limits: {memory: 512Mi}}\n").kind == Outcome::Kind::RunsForever);
  CHECK(ours("import flask").exit_code == 1);
  CHECK(ours("import threading\nthreading.Thread(target=print).start()").kind == Outcome::Kind::Unknown);
}

}  // namespace podseer::tests

// SPDX-License-Identifier: Apache-2.0
// Scripts that mean harm: every one is read in bounded time and memory, whatever a shell or python3
// would do with it. Each is read by a process of its own, so that a crash names its script.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "catch.hpp"
#include "process/predict.hpp"
#include "world_of.hpp"

namespace podseer::tests {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr double kSeconds = 40;
constexpr bool kMemoryCounts = false;
#else
constexpr double kSeconds = 4;  // of CPU, in a build without optimisation
constexpr bool kMemoryCounts = true;
#endif
constexpr rlim_t kMegabytes = 256;  // beyond what the tests themselves hold

struct Script {
  const char* what;
  std::string text;
};

std::string times(std::size_t count, const std::string& text) {
  std::string all;
  all.reserve(count * text.size());
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

std::string numbered(std::size_t count, const std::string& before, const std::string& after) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += before + std::to_string(i) + after;
  return all;
}

/// The script as a YAML double-quoted scalar.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') out += "\\n";
    else if (c == '\t') out += "\\t";
    else out += c;
  }
  return out + "\"";
}

struct Cost {
  int status = -1;  // of wait()
  double cpu = 0;   // seconds
};

/// Reads the script in a child process.
Cost cost_of(const std::string& image, const std::string& program, const std::string& script) {
  const std::string text =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    image: " + image +
      "\n    env: [{name: KNOWN, value: abc}]\n    envFrom: [{configMapRef: {name: nowhere}}]\n    resources: {limits: "
      "{memory: 64Mi}}\n    command: [" +
      program + ", -c, " + quoted(script) + "]\n";
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    for (const int signal : {SIGSEGV, SIGABRT, SIGFPE, SIGTERM}) std::signal(signal, SIG_DFL);  // Catch's own
    alarm(120);
    rusage now{};
    getrusage(RUSAGE_SELF, &now);
    const rlim_t bytes = (kMegabytes << 20U) + (static_cast<rlim_t>(now.ru_maxrss) << 10U);
    const rlimit limit{bytes, bytes};
    if (kMemoryCounts && setrlimit(RLIMIT_DATA, &limit) != 0) _exit(97);
    const WorldOf world(text, {.closed = false, .cluster = {}, .external = {}});
    const kube::PodTemplate& pod = world.pod("p");
    (void)process::predict(pod, pod.spec.containers[0], world.world());
    _exit(0);
  }
  Cost cost;
  rusage usage{};
  REQUIRE(wait4(child, &cost.status, 0, &usage) == child);
  cost.cpu = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
             static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  return cost;
}

void expect_bounded(const std::string& image, const std::string& program, const std::vector<Script>& scripts) {
  for (const Script& script : scripts) {
    const Cost cost = cost_of(image, program, script.text);
    INFO(program << ": " << script.what << ": wait status " << cost.status << ", " << cost.cpu << " s");
    CHECK(cost.status == 0);
    CHECK(cost.cpu < kSeconds);
  }
}

}  // namespace

TEST_CASE("shell scripts that run away are read in bounded time and memory", "[process][limits]") {
  const std::vector<Script> scripts = {
      {"an empty loop", "while :; do :; done"},
      {"nested counting loops", times(8, "for i in 1 2 3 4 5 6 7 8 9 10; do ") + ":" + times(8, "; done")},
      {"nested while loops",
       "i=0; while [ $i -lt 100000 ]; do j=0; while [ $j -lt 100000 ]; do j=$((j+1)); done; i=$((i+1)); done"},
      {"a value that doubles", "a=x; while :; do a=$a$a; done"},
      {"values that double each other", "a=x; b=y; while :; do a=$a$b; b=$b$a; done"},
      {"positional parameters that double", "set -- a b; while :; do set -- \"$@\" \"$@\"; done"},
      {"a file that doubles", "echo x >f; while :; do cat f f >g; mv g f; done"},
      {"a file that is appended to", "while :; do echo " + std::string(1000, 'x') + " >>f; done"},
      {"many files", "i=0; while :; do i=$((i+1)); echo x >/tmp/f$i; done"},
      {"recursion", "f() { f; }; f"},
      {"recursion with a subshell", "f() { (f); f; }; f"},
      {"recursion in a substitution", "f() { echo $(f)$(f); }; f"},
      {"a fork bomb", "b() { b | b & }; b"},
      {"eval of itself", "a='eval \"$a\"'; eval \"$a\""},
      {"eval that doubles", "a='a=\"$a;$a\"; eval \"$a\"'; eval \"$a\""},
      {"an alias of itself", "alias a='a a'; a"},
      {"a script that calls itself", "echo 'sh /tmp/s' >/tmp/s; sh /tmp/s"},
      {"a script that sources itself", "echo '. /tmp/s' >/tmp/s; . /tmp/s"},
      {"many unknown conditions", numbered(200, "if [ -n \"$V", "\" ]; then x=1; else y=2; fi\n")},
      {"unknown conditions in a loop", "while :; do if [ -n \"$A$B\" ]; then x=$x.; else y=$y.; fi; done"},
      {"endless output", "yes | head -n 1000000000"},
      {"endless output without a reader", "yes"},
      {"a pipe of loops", "while :; do echo x; done | while read -r l; do echo $l$l; done"},
      {"a long sequence", "for i in $(seq 1 100000000000); do :; done"},
      {"a sequence of sequences", "for i in $(seq 1 4000); do for j in $(seq 1 4000); do x=$j; done; done"},
      {"a wide printf", "printf '%999999999s' x"},
      {"a precise printf", "printf '%.999999999f' 1"},
      {"an endless printf", "printf '%s%s' " + times(20000, "x ")},
      {"a huge head", "head -c 99999999999 /dev/zero"},
      {"a huge dd", "dd if=/dev/zero of=/tmp/x bs=1G count=1000000"},
      {"huge arithmetic", "echo $((9223372036854775807 + 1)) $((1 << 70)) $((-9223372036854775807 - 1))"},
      {"the one quotient that does not fit",
       "x=$((-9223372036854775807 - 1)); echo $((x / -1)) $((x % -1)); expr $x / -1; expr $x % -1"},
      {"a power without end", "echo $((2 ** 9223372036854775807))"},
      {"variables that name each other", "a=b; b=a; echo $((a)) $((b + a))"},
      {"deep parentheses", "echo $((" + times(5000, "(") + "1" + times(5000, ")") + "))"},
      {"many operators", "echo $((1" + times(50000, "+1") + "))"},
      {"many question marks", "echo $((" + times(5000, "1?") + "1" + times(5000, ":1") + "))"},
      {"deep subshells", times(5000, "(") + ":" + times(5000, ")")},
      {"deep braces", times(5000, "{ ") + ":" + times(5000, "; }")},
      {"deep substitutions", times(3000, "$(") + ":" + times(3000, ")")},
      {"deep backquotes", times(3000, "`") + ":" + times(3000, "`")},
      {"deep expansions", "echo " + times(5000, "${a:-") + "x" + times(5000, "}")},
      {"deep quotes", "echo " + times(3000, "\"${a:-") + "x" + times(3000, "}\"")},
      {"deep conditions", times(3000, "if :; then ") + ":" + times(3000, "; fi")},
      {"deep cases", times(3000, "case x in x) ") + ":" + times(3000, ";; esac")},
      {"a long list", times(50000, ":;")},
      {"a long pipe", ":" + times(5000, "|:")},
      {"a long and-or", ":" + times(20000, "&&:||:")},
      {"many background jobs", times(20000, ":&")},
      {"many here documents", times(3000, "cat <<E\nx\nE\n")},
      {"here documents on one line", times(3000, "cat <<E; ") + "\n" + times(3000, "x\nE\n")},
      {"a here document without an end", "cat <<E\n" + times(50000, "x $a\n")},
      {"many words", "echo " + times(100000, "x ")},
      {"many words in a loop", "a='" + times(20000, "x ") + "'; while :; do for w in $a; do :; done; done"},
      {"many variables and a loop", numbered(4000, "a", "=" + std::string(200, 'x') + "\n") +
                                        "while [ -n \"$(cat /dev/null; echo $i)\" ] || :; do i=$((i+1)); done"},
      {"big variables and subshells", "a=" + std::string(60000, 'x') + "\n" + numbered(50, "b", "=$a\n") +
                                          "while :; do i=$((i+1)); x=$(echo $i); done"},
      {"many functions", numbered(5000, "f", "() { :; }\n") + "while :; do i=$((i+1)); done"},
      {"a long case", "case x in " + numbered(20000, "a", ") :;; ") + "esac"},
      {"stars", "case " + std::string(20000, 'a') + " in " + times(500, "*a") + "*b) :;; esac"},
      {"stars in a removal",
       "a=" + std::string(20000, 'a') + "; echo ${a##" + times(200, "*a") + "b} ${a%%b" + times(200, "a*") + "}"},
      {"many brackets in a pattern", "case x in " + times(20000, "[") + ") :;; esac"},
      {"a regular expression that backtracks", "echo " + std::string(200, 'a') +
                                                   " | grep -E '^(a|a)*(a*)*b$' || expr " + std::string(60, 'a') +
                                                   " : '\\(a*\\)*b'"},
      {"a regular expression that is huge",
       "echo a | grep -E '((a{1,1000}){1,1000}){1,1000}'; echo a | sed -E 's/((a{1,255}){1,255}){1,255}/b/'"},
      {"a sed that grows", "echo x | sed ':a;s/x/xx/;ta'"},
      {"a sed that grows everywhere", "a=x; while :; do a=$(echo $a | sed 's/./&&/g'); done"},
      {"an awk that never ends", "awk 'BEGIN { while (1) { x = x x \"a\" } }'"},
      {"find that executes", "mkdir -p /tmp/a/b/c; while :; do find /tmp -exec sh -c 'mkdir -p {}/x' \\;; done"},
      {"xargs", "seq 1 5000 | xargs -n 1 sh -c 'for i in $(seq 1 1000); do :; done'"},
      {"a trap that kills itself", "trap 'kill -TERM $$' TERM EXIT; kill -TERM $$; exit 1"},
      {"a long sleep", "sleep 99999999999999999999; sleep 1e308"},
      {"an unset variable in a loop", "set -u; until [ \"$A\" = \"$B\" ]; do A=$A.; done"},
      {"tr on a long text",
       "a=" + std::string(60000, 'x') +
           "; while :; do a=$(echo $a | tr x y | tr y x | cut -c1-99999999 | rev | sort | uniq); done"},
      {"arguments without end", "f() { shift 0; f \"$@\" x; }; f"},
      {"a word of backslashes", "echo " + times(100000, "\\\\")},
      {"open quotes", times(30000, "'\"")},
      {"open braces", "echo " + times(50000, "${")},
      {"open brackets", "[ " + times(20000, "( ") + "x"},
      {"a long test", "[ x = x " + times(5000, "-a x = x ") + "]"},
      {"many nots", times(20000, "! ") + ":"},
  };
  expect_bounded("busybox:1.36", "sh", scripts);
}

TEST_CASE("what only bash knows is bounded too", "[process][limits]") {
  const std::vector<Script> scripts = {
      {"a wide range", "echo {1..1000000000}"},
      {"many ranges", "echo " + times(12, "{1..9}")},
      {"many choices", "echo " + times(20000, "{a,b}")},
      {"nested choices", "echo " + times(20000, "{a,") + "b" + times(20000, "}")},
      {"open choices", "echo " + times(50000, "{")},
      {"open choices with commas", "echo " + times(20000, "{a,")},
      {"ranges with steps", "echo {1..5000..0} {-9223372036854775808..9223372036854775807}"},
      {"a counting loop",
       "for ((i = 0; i < 1000000000; i++)); do for ((j = 0; j < 1000000000; j++)); do :; done; done"},
      {"a loop without a condition", "for ((;;)); do x+=x; done"},
      {"an array that doubles", "a=(x y); while :; do a=(\"${a[@]}\" \"${a[@]}\"); done"},
      {"an array far out", "a[999999999999]=x; a[-1]=y; echo ${#a[@]} ${a[-99999999999]}"},
      {"arrays that index each other", "a=('a[0]'); echo $((a[0]))"},
      {"replacement that doubles", "a=xx; while :; do a=${a//x/xx}; done"},
      {"replacement with stars", "a=" + std::string(20000, 'a') + "; echo ${a//" + times(100, "*a") + "b/x}"},
      {"a regular expression", "[[ " + std::string(5000, 'a') + " =~ ^(a*)*(a|aa)+b$ ]]"},
      {"a huge regular expression", "[[ a =~ ((a{1000}){1000}){1000} ]]"},
      {"deep conditions", "[[ " + times(5000, "( ") + "a = a" + times(5000, " )") + " ]]"},
      {"many conditions", "[[ a = a" + times(10000, " && a = a") + " ]]"},
      {"indirect names", "a=b; b=a; while :; do echo ${!a}; a=${!b}; done"},
      {"a name reference of itself", "declare -n a=a; a=1; declare -n b=c c=b; b=1; echo $b"},
      {"process substitutions", times(2000, "cat <(") + ":" + times(2000, ")")},
      {"here strings", times(3000, "cat <<< x; ")},
      {"a power", "echo $((3 ** 63)) $((2 ** 62 ** 62)) $((1 / 0))"},
      {"increments", "while ((i++ < 1000000000)); do ((x = x * 2 + 1)); done"},
      {"read in a loop", "while IFS= read -r l; do a+=(\"$l\"); done < <(yes)"},
      {"select", "select x in $(seq 1 5000); do echo $x; done"},
      {"printf -v", "while :; do printf -v a '%s%s' \"$a\" \"$a.\"; done"},
      {"slices", "a=" + std::string(60000, 'x') + "; while :; do b=${a:1:99999999999}; b=${a: -5:-99999}; done"},
      {"case conversion", "a=" + std::string(60000, 'x') + "; while :; do a=${a^^}; a=${a,,}; done"},
  };
  expect_bounded("bash:5.2", "bash", scripts);
}

TEST_CASE("Python programs that run away are read in bounded time and memory", "[process][limits]") {
  const std::vector<Script> scripts = {
      {"an empty loop", "while True:\n    pass"},
      {"a counting loop", "i = 0\nwhile i < 10**12:\n    i += 1"},
      {"nested loops",
       "for a in range(10**6):\n    for b in range(10**6):\n        for c in range(10**6):\n            x = a"},
      {"a text that doubles", "a = 'x'\nwhile True:\n    a = a + a"},
      {"a text that is multiplied", "a = 'x' * 10**12\nb = a * 10**12"},
      {"a list that doubles", "a = [1]\nwhile True:\n    a = a + a"},
      {"a list that is extended by itself", "a = [1, 2]\nwhile True:\n    a += a\n    a.extend(a)"},
      {"a list of itself", "a = []\na.append(a)\nprint(a)\nprint(a == a)"},
      {"a list of lists that doubles", "a = []\nfor i in range(1000):\n    a = [a, a]\nprint(a)"},
      {"a dictionary that doubles",
       "d = {}\nfor i in range(1000):\n    d = {'a': d, 'b': d}\nprint(d)\nimport json\njson.dumps(d)"},
      {"a big power", "print(9 ** 9 ** 9 ** 9)"},
      {"a big shift", "print(1 << 10**12, 1 << -1)"},
      {"the one quotient that does not fit",
       "x = -9223372036854775808\nprint(x // -1, x % -1, -x, abs(x), x * x, x - 1)"},
      {"a product that does not fit", "x = 1\nfor i in range(1, 200):\n    x *= i\nprint(x)"},
      {"range of everything",
       "x = list(range(-9223372036854775808, 9223372036854775807))\ny = sum(range(10**18))\nz = [i for i in "
       "range(10**12)]"},
      {"range with a step of nothing", "for i in range(1, 5, 0):\n    pass"},
      {"nested comprehensions", "x = [[[k for k in range(1000)] for j in range(1000)] for i in range(1000)]"},
      {"recursion", "def f():\n    return f() + f()\nf()"},
      {"mutual recursion", "def f(n):\n    return g(n + 1)\ndef g(n):\n    return f(n + 1)\nf(0)"},
      {"recursion that doubles", "def f(n):\n    if n == 0:\n        return 1\n    return f(n - 1) + f(n - 1)\nf(60)"},
      {"a lambda of itself", "f = lambda x: f(x)\nf(1)"},
      {"exceptions in a loop",
       "while True:\n    try:\n        raise ValueError('x')\n    except ValueError:\n        continue"},
      {"exceptions in exceptions", times(200, "try:\n    raise ValueError('x')\nexcept ValueError:\n    pass\n")},
      {"deep parentheses", "x = " + times(50000, "(") + "1" + times(50000, ")")},
      {"deep lists", "x = " + times(50000, "[") + times(50000, "]")},
      {"deep blocks",
       [] {
         std::string s;
         for (std::size_t i = 0; i < 300; ++i) s += std::string(i, ' ') + "if True:\n";
         return s + std::string(300, ' ') + "pass\n";
       }()},
      {"many operators", "x = 1" + times(50000, " + 1")},
      {"many comparisons", "x = 1" + times(20000, " < 2")},
      {"many nots", "x = " + times(50000, "not ") + "1"},
      {"many minuses", "x = " + times(50000, "-") + "1"},
      {"many attributes", "x = a" + times(50000, ".b")},
      {"many calls", "print" + times(20000, "()")},
      {"many conditionals", "x = " + times(10000, "1 if 1 else ") + "2"},
      {"many lambdas", "x = " + times(10000, "lambda: ") + "2"},
      {"many lines", times(20000, "x = 1\n")},
      {"nested f-strings", "x = f\"" + times(2000, "{f'") + "x" + times(2000, "'}") + "\""},
      {"a wide format",
       "print('{:>999999999}'.format('x'))\nprint('%999999999d' % "
       "5)\nprint(f'{1:999999999}')\nprint('x'.rjust(10**10), 'x'.zfill(10**10))"},
      {"joins", "a = ','\nfor i in range(100):\n    a = a.join([a, a, a])"},
      {"replacements", "a = 'xx'\nwhile True:\n    a = a.replace('x', 'xx')"},
      {"splits", "a = 'x,' * 100000\nwhile True:\n    b = a.split(',')"},
      {"slices", "a = 'x' * 100000\nwhile True:\n    b = a[::-1] + a[1:] + a[-10**18:10**18]"},
      {"bytes", "a = bytearray(10**15)\nb = bytes(10**15)\nc = b'x' * 10**15"},
      {"regular expressions", "import re\nre.match('(a*)*b', 'a' * 100)\nre.compile('((a{1000}){1000}){1000}')"},
      {"eval", "eval('eval(' * 1000 + ')' * 1000)\nexec('while True: pass')"},
      {"sorted and zipped",
       "x = list(range(3000))\nwhile True:\n    y = sorted(x)\n    z = list(zip(x, y))\n    w = "
       "list(enumerate(reversed(x)))\n    v = set(x)"},
      {"json", "import json\nx = json.loads('[' * 100000 + ']' * 100000)"},
      {"open quotes", "x = '''" + times(50000, "'\"")},
      {"backslashes", times(50000, "\\\n")},
      {"decorators", times(5000, "@a\n") + "def f():\n    pass\nf()"},
      {"classes in classes",
       [] {
         std::string s;
         for (std::size_t i = 0; i < 200; ++i) s += std::string(i, ' ') + "class A:\n";
         return s + std::string(200, ' ') + "pass\n";
       }()},
  };
  expect_bounded("python:3.12", "python3", scripts);
}

}  // namespace podseer::tests

// SPDX-License-Identifier: Apache-2.0
// The predicted `status:` of each pod in the shape of `kubectl get pods -o yaml`: keys in kubectl's
// (alphabetical) order, conditions in the kubelet's. Times, addresses and ids are not foretold and
// are left out. A pod that stands for several like it is printed once, with their number in a
// comment.
#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

#include "report/text.hpp"
#include "report/words.hpp"
#include "report/writers.hpp"
#include "source/ascii.hpp"
#include "source/utf8.hpp"

namespace podseer::report {
namespace {

using lifecycle::ContainerStatus;

/// Words that YAML 1.1 would not read as strings.
bool is_word_of_yaml(std::string_view text) {
  const std::string lower = source::lowered(text);
  for (const std::string_view word : {"true", "false", "yes", "no", "on", "off", "null", "y", "n", "~"}) {
    if (lower == word) return true;
  }
  return false;
}

/// A scalar that every YAML reader takes for this very string.
std::string scalar(std::string_view given) {
  const std::string text = source::valid_utf8(given);
  const bool plain =
      !text.empty() && !is_word_of_yaml(text) && std::isalpha(static_cast<unsigned char>(text.front())) != 0 &&
      text.back() != ' ' && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == ' ' || c == '.' || c == '_' || c == '/' || c == '-' || c == '(' || c == ')';
      });
  if (plain) return text;
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      out += "\\x";
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 15U];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

void write_terminated(std::string_view indent, int exit_code, std::string_view reason, std::string_view message,
                      std::ostream& out) {
  out << indent << "terminated:\n" << indent << "  exitCode: " << exit_code << '\n';
  if (!message.empty()) out << indent << "  message: " << scalar(message) << '\n';
  if (!reason.empty()) out << indent << "  reason: " << scalar(reason) << '\n';
}

void write_container(const ContainerStatus& c, std::ostream& out) {
  const std::string in = "      ";
  out << "    - image: " << scalar(c.image) << '\n';
  if (c.last_reason.empty()) {
    out << in << "lastState: {}\n";
  } else {
    out << in << "lastState:\n";
    write_terminated(in + "  ", c.last_exit_code, c.last_reason, {}, out);
  }
  out << in << "name: " << scalar(c.name) << '\n';
  out << in << "ready: " << (c.ready ? "true" : "false") << '\n';
  out << in << "restartCount: " << c.restart_count << '\n';
  out << in << "started: " << (c.started ? "true" : "false") << '\n';
  out << in << "state:\n";
  switch (c.state) {
    case ContainerStatus::State::Waiting:
      if (c.reason.empty() && c.message.empty()) {
        out << in << "  waiting: {}\n";
        break;
      }
      out << in << "  waiting:\n";
      if (!c.message.empty()) out << in << "    message: " << scalar(c.message) << '\n';
      if (!c.reason.empty()) out << in << "    reason: " << scalar(c.reason) << '\n';
      break;
    case ContainerStatus::State::Running: out << in << "  running: {}\n"; break;
    case ContainerStatus::State::Terminated: write_terminated(in + "  ", c.exit_code, c.reason, c.message, out); break;
  }
}

void write_pod(const lifecycle::Forecast& pod, std::ostream& out) {
  if (pod.count > 1) out << "# " << pod.count << " pods like this one\n";
  out << "- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: " << scalar(pod.pod_name) << '\n';
  if (!pod.ns.empty()) out << "    namespace: " << scalar(pod.ns) << '\n';
  if (!pod.node_name.empty()) out << "  spec:\n    nodeName: " << scalar(pod.node_name) << '\n';
  out << "  status:\n";
  if (!pod.conditions.empty()) out << "    conditions:\n";
  for (const lifecycle::Condition& condition : pod.conditions) {
    std::string lead = "    - ";
    const auto line = [&](std::string_view key, std::string_view value) {
      if (value.empty()) return;
      out << lead << key << ": " << scalar(value) << '\n';
      lead = "      ";
    };
    line("message", condition.message);
    line("reason", condition.reason);
    line("status", condition.status);
    line("type", condition.type);
  }
  if (!pod.container_statuses.empty()) out << "    containerStatuses:\n";
  for (const ContainerStatus& c : pod.container_statuses) write_container(c, out);
  if (!pod.init_statuses.empty()) out << "    initContainerStatuses:\n";
  for (const ContainerStatus& c : pod.init_statuses) write_container(c, out);
  if (!pod.status_message.empty()) out << "    message: " << scalar(pod.status_message) << '\n';
  out << "    phase: " << scalar(pod.phase) << '\n';
  if (!pod.status_reason.empty()) out << "    reason: " << scalar(pod.status_reason) << '\n';
}

}  // namespace

void write_forecast_yaml(const Report& report, const Style&, std::ostream& out) {
  out << "apiVersion: v1\nkind: List\n";
  const bool any =
      std::any_of(report.forecasts.begin(), report.forecasts.end(), [](const auto& pod) { return pod.count > 0; });
  out << (any ? "items:\n" : "items: []\n");
  for (const lifecycle::Forecast& pod : report.forecasts) {
    if (pod.count == 0) {
      out << "# " << printable(owner_of(pod), true) << ": no pods\n";
    } else {
      write_pod(pod, out);
    }
  }
}

}  // namespace podseer::report

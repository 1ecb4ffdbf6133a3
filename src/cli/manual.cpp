// SPDX-License-Identifier: Apache-2.0
// podseer.1: the manual page, in the macros of man(7).
#include <string>

#include "cli/help.hpp"

namespace podseer::cli {
namespace {

/// Text for roff: backslashes, and dots or quotes that would begin a request.
std::string roff(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') out += "\\e";
    else if (c == '-') out += "\\-";
    else if ((c == '.' || c == '\'') && i == 0) out += std::string("\\&") + c;
    else if (c == '`') out += "\\(ga";
    else out += c;
  }
  return out;
}

void add_option(const OptionHelp& option, std::string& text) {
  text += ".TP\n";
  std::string names;
  for (const std::string& name : option.names) names += (names.empty() ? "" : ", ") + ("\\fB" + roff(name) + "\\fR");
  if (option.names.empty()) names = "\\fI" + roff(option.value) + "\\fR";
  else if (!option.value.empty()) names += " \\fI" + roff(option.value) + "\\fR";
  text += names + "\n" + roff(option.description) + "." +
          (option.variable.empty() ? "" : " Variable: " + option.variable + ".") + "\n";
}

constexpr const char* kTail =
    ".SH CONFIGURATION\n"
    "The nearest \\fI.podseer.yaml\\fR upward to the root of the repository says once what would otherwise be said on "
    "every "
    "command line. Its keys are: world (open, closed), cluster, images, kubernetes\\-version, namespace, "
    "namespace\\-labels, "
    "external, paths, exclude, select, ignore, per\\-file\\-ignores, severity, min\\-severity, fail\\-on, baseline, "
    "lang. "
    "The command line wins.\n"
    ".SH IGNORING\n"
    "A comment \\fB# podseer: ignore[CODE] reason\\fR is about the finding of its line, or of the line below when it "
    "stands "
    "alone; \\fB# podseer: ignore\\-file[CODE] reason\\fR is about the file; the annotation \\fBpodseer.dev/ignore: "
    "\"CODE: reason\"\\fR is about its object.\n"
    ".SH EXIT STATUS\n"
    ".TP\n0\nNothing at or above the threshold of \\fB\\-\\-fail\\-on\\fR; always, for forecast.\n"
    ".TP\n1\nFindings.\n"
    ".TP\n2\nThe call or the environment is wrong.\n"
    ".TP\n3\nA bug of podseer.\n"
    ".SH ENVIRONMENT\n"
    "\\fBPODSEER_CONFIG\\fR, \\fBPODSEER_FORMAT\\fR (check and forecast), \\fBPODSEER_JOBS\\fR, \\fBPODSEER_LANG\\fR "
    "and the other variables "
    "that are named beside their options: as if the option had been given. The command line wins over them, they win "
    "over "
    "\\fI.podseer.yaml\\fR. \\fBPODSEER_WORLD\\fR: open or closed. A value that the option would not take ends the run "
    "with 2.\n.PP\n"
    "\\fBCI\\fR: when set, no line of progress is shown.\n.PP\n"
    "\\fBNO_COLOR\\fR, \\fBFORCE_COLOR\\fR, \\fBCLICOLOR_FORCE\\fR, \\fBTERM\\fR: whether colours are used. "
    "\\fBCOLUMNS\\fR: the "
    "width of reports. \\fBLC_ALL\\fR, \\fBLC_CTYPE\\fR, \\fBLANG\\fR: whether the terminal speaks UTF\\-8, and the "
    "language. "
    "\\fBGITHUB_WORKSPACE\\fR: what SARIF paths are relative to.\n"
    ".SH SEE ALSO\n"
    ".BR kubectl (1)\n";

}  // namespace

std::string manual_page(const std::vector<CommandHelp>& commands) {
  std::string text = ".TH PODSEER 1 \"\" \"podseer " PODSEER_VERSION "\" \"User commands\"\n";
  text += ".SH NAME\npodseer \\- says what kubectl get pods will show, before anything is applied\n";
  text += ".SH SYNOPSIS\n";
  for (const CommandHelp& command : commands) text += ".B podseer\n" + roff(command.usage) + "\n.br\n";
  text +=
      ".SH DESCRIPTION\nReads Kubernetes manifests and predicts which objects the API server refuses and which pods "
      "stay "
      "Pending, cannot pull their image, cannot be configured, crash, or never become Ready; why; and what to change. "
      "Nothing is run, no cluster and no network is needed.\n";
  text += ".SH EXAMPLES\n.nf\npodseer check k8s/\npodseer forecast k8s/\nkustomize build . | podseer check \\-\n.fi\n";
  for (const CommandHelp& command : commands) {
    text += ".SH COMMAND " + roff(command.name) + "\n" + roff(command.summary) + ".\n";
    std::string group = "Options";
    for (const OptionHelp& option : command.options) {
      if (option.group.empty() || option.description == "This help") continue;
      if (option.group != group && option.group != "Options") text += ".SS " + roff(option.group) + "\n";
      group = option.group;
      add_option(option, text);
    }
  }
  return text + kTail;
}

}  // namespace podseer::cli

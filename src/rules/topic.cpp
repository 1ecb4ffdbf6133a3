// SPDX-License-Identifier: Apache-2.0
#include "rules/topic.hpp"

#include <algorithm>
#include <cctype>

#include "source/ascii.hpp"

namespace podseer::rules {
namespace {

/// The page's name of a STATUS that has many forms.
std::string_view stem_of(std::string_view name) {
  const auto begins = [&](std::string_view with) {
    return name.size() > with.size() && source::same_letters(name.substr(0, with.size()), with);
  };
  if (begins("Init:")) return "Init";
  if (begins("OutOf")) return "OutOf";
  if (begins("ExitCode:") || begins("Signal:")) return "Error";
  return name;
}

}  // namespace

const Topic* find_topic(std::string_view name) {
  const std::string_view stem = stem_of(name);
  for (const Topic& topic : all_topics()) {
    if (source::same_letters(topic.name, stem)) return &topic;
  }
  return nullptr;
}

}  // namespace podseer::rules

// SPDX-License-Identifier: Apache-2.0
// A report made by hand, so that the writers can be tested apart from the rules: several files, a
// root cause with two findings, a secret, tabs, wide characters, a fix, a chain of failures.
#pragma once

#include <memory>

#include "kube/object.hpp"
#include "report/reporter.hpp"

namespace podseer::tests {

class SampleReport {
 public:
  SampleReport();
  [[nodiscard]] const report::Report& get() const { return report_; }
  [[nodiscard]] source::SourceSpan span(source::FileId file, std::string_view piece) const;
  [[nodiscard]] std::string write(report::CheckWriter writer, const report::Style& style) const;

 private:
  source::SourceMap sources_;
  kube::Object owner_;
  kube::PodTemplate pod_;
  std::vector<rules::Finding> findings_;
  std::vector<lifecycle::Forecast> forecasts_;
  std::vector<report::ObjectRow> objects_;
  std::vector<source::SourceSpan> secrets_;
  report::Report report_;
};

}  // namespace podseer::tests

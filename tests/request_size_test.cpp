// SPDX-License-Identifier: Apache-2.0
// The API server reads 3 MiB of a request and no more.
#include <string>

#include "admission/admission.hpp"
#include "catch.hpp"
#include "world_of.hpp"

using namespace podseer;

namespace {

admission::Verdict verdict_of(const std::string& text) {
  const tests::WorldOf world(text);
  return admission::admit(*world.objects().front(), world.world(), {});
}

std::string pod(std::size_t variables, std::size_t bytes) {
  std::string text =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: nginx:1.25\n  "
      "  env:\n";
  for (std::size_t i = 0; i < variables; ++i)
    text += "    - {name: A" + std::to_string(i) + ", value: \"" + std::string(bytes, 'x') + "\"}\n";
  return text;
}

}  // namespace

TEST_CASE("a request that is longer than 3 MiB is refused, and nothing else is told", "[admission]") {
  const admission::Verdict refused = verdict_of(pod(4, 1U << 20U));
  CHECK_FALSE(refused.accepted);
  CHECK(refused.code == 413);
  CHECK(refused.message == "Request entity too large: limit is 3145728");
  REQUIRE(refused.errors.size() == 1);
  CHECK(refused.errors.front().type == admission::ErrorType::TooLong);
  CHECK(verdict_of(pod(4, 700U << 10U)).accepted);
  // Blanks and comments are not sent, and an escaped line end is one byte of the text.
  CHECK(verdict_of(pod(1, 10) + std::string(4U << 20U, '\n') + "  - {name: b, image: \"nginx:1.25\"}\n").accepted);
}

TEST_CASE("what aliases repeat is sent each time", "[admission]") {
  std::string text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, annotations: {a: &a \"" +
                     std::string(1200U << 10U, 'x') + "\"}}\ndata: {a: *a, b: *a}\n";
  CHECK(verdict_of(text).code == 413);
}

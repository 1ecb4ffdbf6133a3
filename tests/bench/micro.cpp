// SPDX-License-Identifier: Apache-2.0
// What single steps cost: reading a manifest, a quantity, an image reference, a name.
#include <benchmark/benchmark.h>

#include <string>

#include "admission/admission.hpp"
#include "kube/image_reference.hpp"
#include "kube/pod.hpp"
#include "kube/quantity.hpp"
#include "world/world.hpp"
#include "yaml/document.hpp"

namespace {

const std::string kDeployment = R"(apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: 3
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: registry.example.com/shop/web:1.27.3
        ports:
        - containerPort: 8080
        env:
        - name: MODE
          value: "production"
        - name: LEVEL
          valueFrom:
            configMapKeyRef: {name: web, key: level}
        resources:
          requests: {cpu: 100m, memory: 128Mi}
          limits: {memory: 256Mi}
        readinessProbe:
          httpGet: {path: /ready, port: 8080}
          periodSeconds: 5
)";

void parse_manifest(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(podseer::yaml::parse(0, kDeployment));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * kDeployment.size()));
}
BENCHMARK(parse_manifest);

void read_pod_template(benchmark::State& state) {
  const podseer::yaml::Stream stream = podseer::yaml::parse(0, kDeployment);
  const auto object = podseer::kube::Object::read(stream.documents[0]->root, 0, 0);
  for (auto _ : state) benchmark::DoNotOptimize(podseer::kube::PodTemplate::read(object));
}
BENCHMARK(read_pod_template);

/// To be at most 0.3 of parse_manifest.
void admit_manifest(benchmark::State& state) {
  const podseer::yaml::Stream stream = podseer::yaml::parse(0, kDeployment);
  const auto object = podseer::kube::Object::read(stream.documents[0]->root, 0, 0);
  podseer::world::World world;
  world.add(object);
  for (auto _ : state) benchmark::DoNotOptimize(podseer::admission::admit(object, world, {}));
}
BENCHMARK(admit_manifest);

void parse_json(benchmark::State& state) {
  std::string json = "{\"items\": [";
  for (int i = 0; i < 100; ++i) json += R"({"name": "x", "value": 12, "list": [true, null, 1.5]},)";
  json.back() = ']';
  json += "}";
  for (auto _ : state) benchmark::DoNotOptimize(podseer::yaml::parse(0, json));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * json.size()));
}
BENCHMARK(parse_json);

void split_documents(benchmark::State& state) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "---\n" + kDeployment;
  for (auto _ : state) benchmark::DoNotOptimize(podseer::yaml::split(0, text));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(split_documents);

}  // namespace

BENCHMARK_MAIN();

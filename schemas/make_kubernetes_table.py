#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes schemas/kubernetes.tsv, the field table that podseer is built with.

usage: make_kubernetes_table.py kubernetes-fields.json > kubernetes.tsv

The input names kinds, types and fields of several Kubernetes versions with their JSON types, named Go
types, enums and the versions that have them (its `legend` says how). The output keeps what decoding
and messages need, one line a row, fields separated by tabs, `-` where there is nothing:

  kind   GROUP VERSION KIND namespaced|cluster on|off SINCE UNTIL TYPE
  type   NAME
  field  NAME SHAPE GO ENUM SINCE UNTIL required|-   (of the type above)

Kinds that no OpenAPI document was read for come from the Go structs of k8s.io/api, apiextensions-apiserver and
kube-aggregator by reflection (fields since 1.33 to 1.37 by the fixtures in k8s.io/api/testdata); what has a decoder
of its own is `any`.

SHAPE is an element, `[]element` or `map element`; an element is string, int32, int64, bool, quantity,
int-or-string, time, microtime, duration, bytes, any or `#TYPE`. GO is the named Go type that the
server prints for the element, where it is not the plain one. ENUM is comma-separated. SINCE and UNTIL are
minor versions (1.SINCE). `required` is what OpenAPI says, which kubectl checks for a v1 List only.
"""
import json
import sys

PLAIN = {"string": "string", "integer": "int32", "int64": "int64", "boolean": "bool",
         "quantity": "quantity", "int-or-string": "int-or-string", "time": "time",
         "microtime": "microtime", "duration": "duration", "bytes": "bytes", "any": "any"}
# Go types that OpenAPI does not tell: k8s.io/apimachinery pkg/types.
GO_BY_NAME = {"uid": "types.UID"}
GO_BY_FIELD = {"core.v1.HostPathVolumeSource.type": "v1.HostPathType"}


def element(name):
    return name if name.startswith("#") else PLAIN[name]


def shape(field):
    kind = field["type"]
    if kind == "ref":
        return "#" + field["ref"]
    if kind == "list":
        return "[]" + element(field.get("items", "any"))
    if kind == "map":
        return "map " + element(field.get("items", "any"))
    return PLAIN[kind]


def minor(text):
    return text.split(".")[1] if text else "-"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        data = json.load(file)
    rows = ["# Kubernetes kinds, types and fields; made by make_kubernetes_table.py from: " + data["source"]]
    for name, kind in sorted(data["kinds"].items()):
        for version, info in sorted(kind["versions"].items()):
            rows.append("\t".join([
                "kind", kind["group"] or "-", version, name.split(".")[0],
                "namespaced" if kind["namespaced"] else "cluster", "off" if info.get("off") else "on",
                minor(info.get("since")), minor(info.get("until")), kind["types"].get(version, "-")]))
    for name, fields in sorted(data["types"].items()):
        rows.append("type\t" + name)
        for key, field in sorted(fields.items()):
            go = field.get("go") or GO_BY_NAME.get(key) or GO_BY_FIELD.get(name + "." + key) or "-"
            rows.append("\t".join(["field", key, shape(field), go, ",".join(field.get("enum", [])) or "-",
                                   minor(field.get("since")), minor(field.get("until")),
                                   "required" if field.get("required") else "-"]))
    print("\n".join(rows))


main()

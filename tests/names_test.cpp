// SPDX-License-Identifier: Apache-2.0
#include "kube/names.hpp"

#include "catch.hpp"

using namespace podseer::kube;

TEST_CASE("a name with dots is told so; other illegal names get the pattern", "[kube]") {
  CHECK(check_dns_label("web-1").empty());
  CHECK(check_dns_label("a.b") == Complaints{"must not contain dots"});
  CHECK(check_dns_label("TCP").front() ==
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
        "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
        "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')");
  CHECK(check_dns_label(std::string(64, 'a')) == Complaints{"must be no more than 63 characters"});
  CHECK(check_dns_label("").size() == 1);
}

TEST_CASE("a single label of a subdomain may exceed 63 bytes", "[kube]") {
  CHECK(check_dns_subdomain(std::string(100, 'a') + ".b").empty());
  CHECK(check_dns_subdomain(std::string(254, 'a')).size() == 1);
  CHECK(check_dns_subdomain("a..b").size() == 1);
}

TEST_CASE("a Service name starts with a letter", "[kube]") {
  CHECK(check_dns_1035_label("a1").empty());
  CHECK(check_dns_1035_label("1a").size() == 1);
}

TEST_CASE("a qualified name has at most one prefix, which is a subdomain", "[kube]") {
  CHECK(check_qualified_name("app.kubernetes.io/name").empty());
  CHECK(check_qualified_name("a/b/c").front().starts_with("a qualified name must consist"));
  CHECK(check_qualified_name("/b") == Complaints{"prefix part must be non-empty"});
  CHECK(check_qualified_name("").size() == 2);
  CHECK(check_qualified_name("app_").front().starts_with("name part must consist"));
}

TEST_CASE("a port name is short and has a letter", "[kube]") {
  CHECK(check_port_name("http").empty());
  CHECK(check_port_name("8080") == Complaints{"must contain at least one letter (a-z)"});
  CHECK(check_port_name("n234567890123456") == Complaints{"must be no more than 15 characters"});
  CHECK(check_port_name("a--b") == Complaints{"must not contain consecutive hyphens"});
  CHECK(check_port_name(" ").size() == 2);
}

TEST_CASE("an environment name may hold almost anything printable since 1.34", "[kube]") {
  CHECK(check_env_name("1 A-b.c").empty());
  CHECK(check_env_name("A=B").size() == 1);
}

TEST_CASE("a CIDR contains what shares its prefix", "[kube]") {
  Cidr cidr;
  REQUIRE(parse_cidr("10.0.0.0/8", cidr));
  IpAddress ip;
  REQUIRE(parse_ip("10.200.3.4", ip));
  CHECK(cidr.contains(ip));
  REQUIRE(parse_ip("11.0.0.1", ip));
  CHECK_FALSE(cidr.contains(ip));
  CHECK_FALSE(parse_cidr("10.0.0.0/33", cidr));
  CHECK_FALSE(parse_ip("10.0.0", ip));
  CHECK(parse_ip("2001:db8::1", ip));
}

TEST_CASE("a label value may be empty, a percentage may not", "[kube]") {
  CHECK(check_label_value("").empty());
  CHECK(check_label_value("-dash").size() == 1);
  CHECK(check_percent("25%").empty());
  CHECK(check_percent("%").size() == 1);
  CHECK(check_percent("25").size() == 1);
}

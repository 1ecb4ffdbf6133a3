// SPDX-License-Identifier: Apache-2.0
// The directives of nginx 1.29 as the official image builds it (nginx.org/en/docs/dirindex.html). Families
// (proxy_, ssl_, ...) are known by their prefix: inside them only a near miss of a known name counts as unknown.
#include <algorithm>
#include <set>

#include "process/nginx_config.hpp"
#include "world/world.hpp"

namespace podseer::process::nginx {
namespace {

constexpr std::string_view kMain[] = {"user", "worker_processes", "pid", "events", "http", "stream", "mail", "load_module",
                                      "daemon", "master_process", "worker_rlimit_nofile", "worker_rlimit_core", "env",
                                      "worker_priority", "worker_cpu_affinity", "working_directory", "thread_pool",
                                      "timer_resolution", "pcre_jit", "ssl_engine", "lock_file", "worker_shutdown_timeout",
                                      "debug_points", "google_perftools_profiles", "quic_bpf"};
constexpr std::string_view kEvents[] = {"worker_connections", "use", "multi_accept", "accept_mutex", "accept_mutex_delay",
                                        "debug_connection", "worker_aio_requests"};
constexpr std::string_view kHttpOnly[] = {"map_hash_bucket_size", "map_hash_max_size", "split_clients", "log_format", "limit_req_zone", "limit_conn_zone",
                                          "proxy_cache_path", "fastcgi_cache_path", "uwsgi_cache_path", "scgi_cache_path",
                                          "server_names_hash_bucket_size", "server_names_hash_max_size",
                                          "variables_hash_bucket_size", "variables_hash_max_size"};
constexpr std::string_view kServerOnly[] = {"server_name", "listen"};
constexpr std::string_view kHttpParts[] = {"root", "index", "try_files", "add_header", "error_page", "autoindex", "expires", "gzip",
                                           "gzip_types", "sendfile", "tcp_nopush", "client_max_body_size", "proxy_set_header",
                                           "auth_basic", "auth_basic_user_file", "keepalive_timeout", "access_log"};
constexpr std::string_view kLocationOnly[] = {"alias", "internal", "empty_gif", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass",
                                              "memcached_pass", "limit_except", "flv", "mp4", "perl", "image_filter", "hls"};

constexpr std::string_view kOthers[] = {
    "absolute_redirect", "accept_mutex", "access_log", "add_after_body", "add_before_body", "add_header", "add_header_inherit", "add_trailer", "addition_types",
    "aio", "aio_write", "alias", "allow", "ancient_browser", "ancient_browser_value", "auth_basic", "auth_basic_user_file",
    "auth_delay", "auth_http", "auth_http_header", "auth_http_pass_client_cert", "auth_http_timeout", "auth_jwt", "auth_request",
    "auth_request_set", "autoindex", "autoindex_exact_size", "autoindex_format", "autoindex_localtime", "break", "charset",
    "charset_map", "charset_types", "chunked_transfer_encoding", "client_body_buffer_size", "client_body_in_file_only",
    "client_body_in_single_buffer", "client_body_temp_path", "client_body_timeout", "client_header_buffer_size",
    "client_header_timeout", "client_max_body_size", "connection_pool_size", "create_full_put_path", "dav_access", "dav_methods",
    "default_type", "deny", "directio", "directio_alignment", "disable_symlinks", "early_hints", "empty_gif", "error_log", "error_page",
    "etag", "expires", "f4f", "fastcgi_pass", "flv", "geo", "geoip_city", "geoip_country", "geoip_org", "geoip_proxy",
    "geoip_proxy_recursive", "grpc_pass", "gunzip", "gunzip_buffers", "gzip", "gzip_buffers", "gzip_comp_level", "gzip_disable",
    "gzip_http_version", "gzip_min_length", "gzip_proxied", "gzip_static", "gzip_types", "gzip_vary", "hash", "http2",
    "http2_body_preread_size", "http2_chunk_size", "http2_idle_timeout", "http2_max_concurrent_pushes",
    "http2_max_concurrent_streams", "http2_max_field_size", "http2_max_header_size", "http2_max_requests", "http2_push",
    "http2_push_preload", "http2_recv_buffer_size", "http2_recv_timeout", "http3", "http3_hq", "http3_max_concurrent_streams",
    "http3_stream_buffer_size", "if", "if_modified_since", "ignore_invalid_headers", "image_filter", "image_filter_buffer",
    "image_filter_interlace", "image_filter_jpeg_quality", "image_filter_sharpen", "image_filter_transparency",
    "image_filter_webp_quality", "imap_auth", "imap_capabilities", "imap_client_buffer", "include", "index", "internal", "ip_hash",
    "keepalive", "keepalive_disable", "keepalive_min_timeout", "keepalive_requests", "keepalive_time", "keepalive_timeout", "large_client_header_buffers",
    "least_conn", "least_time", "limit_conn", "limit_conn_dry_run", "limit_conn_log_level", "limit_conn_status", "limit_conn_zone",
    "limit_except", "limit_rate", "limit_rate_after", "limit_req", "limit_req_dry_run", "limit_req_log_level", "limit_req_status",
    "limit_req_zone", "limit_zone", "lingering_close", "lingering_time", "lingering_timeout", "listen", "location", "log_format",
    "log_not_found", "log_subrequest", "map", "map_hash_bucket_size", "map_hash_max_size", "master_process", "max_errors", "max_headers",
    "max_ranges", "memcached_pass", "merge_slashes", "min_delete_depth", "mirror", "mirror_request_body", "modern_browser",
    "modern_browser_value", "mp4", "mp4_buffer_size", "mp4_max_buffer_size", "mp4_start_key_frame", "msie_padding", "msie_refresh",
    "open_file_cache", "open_file_cache_errors", "open_file_cache_min_uses", "open_file_cache_valid", "open_log_file_cache",
    "output_buffers", "override_charset", "pass", "perl", "perl_modules", "perl_require", "perl_set", "pop3_auth",
    "pop3_capabilities", "port_in_redirect", "postpone_output", "preread_buffer_size", "preread_timeout", "protocol", "queue",
    "quic_active_connection_id_limit", "quic_gso", "quic_host_key", "quic_retry", "random", "random_index", "read_ahead",
    "real_ip_header", "real_ip_recursive", "recursive_error_pages", "referer_hash_bucket_size", "referer_hash_max_size",
    "request_pool_size", "reset_timedout_connection", "resolver", "resolver_timeout", "return", "rewrite", "rewrite_log", "root",
    "satisfy", "secure_link", "secure_link_md5", "secure_link_secret", "send_lowat", "send_timeout", "sendfile",
    "sendfile_max_chunk", "server", "server_name", "server_name_in_redirect", "server_names_hash_bucket_size",
    "server_names_hash_max_size", "server_tokens", "set", "set_real_ip_from", "slice", "smtp_auth", "smtp_capabilities",
    "smtp_client_buffer", "smtp_greeting_delay", "source_charset", "split_clients", "ssi", "ssi_last_modified",
    "ssi_min_file_chunk", "ssi_silent_errors", "ssi_types", "ssi_value_length", "ssl", "starttls", "state", "stub_status",
    "sub_filter", "sub_filter_last_modified", "sub_filter_once", "sub_filter_types", "subrequest_output_buffer_size", "tcp_nodelay",
    "tcp_nopush", "timeout", "try_files", "types", "types_hash_bucket_size", "types_hash_max_size", "underscores_in_headers",
    "uninitialized_variable_warn", "upstream", "use", "userid", "userid_domain", "userid_expires", "userid_flags", "userid_mark",
    "userid_name", "userid_p3p", "userid_path", "userid_service", "uwsgi_pass", "scgi_pass", "valid_referers",
    "variables_hash_bucket_size", "variables_hash_max_size", "xclient", "xml_entities", "xslt_last_modified", "xslt_param",
    "xslt_string_param", "xslt_stylesheet", "xslt_types", "zone", "zone_sync", "ntlm", "sticky", "sticky_cookie_insert", "status_zone", "api", "health_check", "match", "keyval",
    "proxy_pass", "proxy_set_header", "proxy_http_version", "proxy_redirect", "proxy_buffering", "proxy_buffers", "proxy_buffer_size",
    "proxy_read_timeout", "proxy_send_timeout", "proxy_connect_timeout", "proxy_hide_header", "proxy_pass_header",
    "proxy_ssl_verify", "proxy_ssl_server_name", "proxy_cache", "proxy_cache_valid", "proxy_cache_bypass", "proxy_no_cache",
    "proxy_temp_path", "proxy_max_temp_file_size", "proxy_request_buffering", "proxy_next_upstream", "proxy_intercept_errors",
    "proxy_busy_buffers_size", "proxy_protocol", "proxy_timeout", "proxy_bind", "proxy_cookie_path", "proxy_cookie_domain",
    "proxy_ignore_headers", "proxy_method", "proxy_set_body", "proxy_cache_key", "proxy_cache_path", "proxy_cache_use_stale", "proxy_cache_lock",
    "fastcgi_param", "fastcgi_index", "fastcgi_split_path_info", "fastcgi_buffers", "fastcgi_buffer_size", "fastcgi_read_timeout",
    "fastcgi_temp_path", "uwsgi_temp_path", "scgi_temp_path", "uwsgi_param", "scgi_param",
    "ssl_certificate", "ssl_certificate_key", "ssl_protocols", "ssl_ciphers", "ssl_prefer_server_ciphers", "ssl_session_cache",
    "ssl_session_timeout", "ssl_session_tickets", "ssl_dhparam", "ssl_stapling", "ssl_stapling_verify", "ssl_trusted_certificate",
    "ssl_client_certificate", "ssl_verify_client", "ssl_verify_depth", "ssl_preread", "ssl_ecdh_curve", "ssl_buffer_size"};

constexpr std::string_view kFamilies[] = {"proxy_", "fastcgi_", "uwsgi_", "scgi_", "grpc_", "memcached_", "ssl_", "js_", "otel_",
                                          "http2_", "http3_", "quic_", "acme_", "zone_sync_", "session_log", "mgmt", "perl_", "xslt_", "geoip2",
                                          "health_check", "auth_jwt", "auth_oidc", "oidc", "keyval", "num_map", "tunnel_", "internal_redirect", "status"};

template <std::size_t N>
bool in(const std::string_view (&list)[N], std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

const std::set<std::string_view>& all() {
  static const std::set<std::string_view> names = [] {
    std::set<std::string_view> out(std::begin(kOthers), std::end(kOthers));
    out.insert(std::begin(kMain), std::end(kMain));
    out.insert(std::begin(kEvents), std::end(kEvents));
    out.insert(std::begin(kHttpOnly), std::end(kHttpOnly));
    return out;
  }();
  return names;
}

}  // namespace

Answer exists(std::string_view name) {
  if (all().contains(name)) return Answer::Yes;
  const bool family = std::any_of(std::begin(kFamilies), std::end(kFamilies), [&](std::string_view one) { return name.starts_with(one); });
  if (!family) return Answer::No;
  const std::vector<std::string_view> candidates(all().begin(), all().end());
  // A slip of one or two letters inside a family ("proxy_paas"); other members of it may be unknown to us.
  const auto near = world::nearest(name, candidates);
  return near.empty() || name.size() < 9 || near.front().size() + 2 < name.size() || name.size() + 2 < near.front().size() ? Answer::Unknown
                                                                                                                           : Answer::No;
}

Answer allowed(std::string_view name, std::string_view context) {
  const auto one_of = [&](std::initializer_list<std::string_view> contexts) {
    return std::find(contexts.begin(), contexts.end(), context) != contexts.end() ? Answer::Yes : Answer::No;
  };
  if (in(kMain, name)) return one_of({"main"});
  if (in(kEvents, name)) return one_of({"events"});
  if (in(kHttpOnly, name)) return name == "log_format" || name.starts_with("map_hash") || name.starts_with("variables_") || name == "limit_conn_zone" || name == "split_clients" || name.starts_with("server_names")
                                      ? one_of({"http", "stream"}) : one_of({"http"});
  if (name == "upstream" || name == "map" || name == "geo") return one_of({"http", "stream"});
  if (name == "server") return one_of({"http", "stream", "mail", "upstream"});
  if (name == "location") return one_of({"server", "location"});
  if (in(kServerOnly, name)) return one_of({"server"});
  if (in(kLocationOnly, name)) return one_of({"location", "if", "limit_except"});
  if (name == "proxy_pass") return one_of({"location", "if", "limit_except", "server"});
  if (in(kHttpParts, name)) return context == "main" || context == "events" || context == "upstream" ? Answer::No : Answer::Unknown;
  return Answer::Unknown;
}

}  // namespace podseer::process::nginx

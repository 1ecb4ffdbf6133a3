// SPDX-License-Identifier: Apache-2.0
// What is known about well-known images: rules/images/*.yaml as tables made at build time. Nothing of it
// is touched at start-up; every view lives as long as the program. An image that is not in the table is
// unknown, and whatever depends on it stays unsaid.
//
// Worked example: "postgres:16" finds the row `postgres`, whose script demands POSTGRES_PASSWORD before it
// starts the program `postgres`, which serves port 5432 and refuses to run as root.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "kube/image_reference.hpp"

namespace podseer::process {

using Words = std::span<const std::string_view>;
using Ports = std::span<const std::int64_t>;

/// A variable that the image itself sets.
struct ImageVariable {
  std::string_view name;
  std::string_view value;
  bool known = true;  // false: set, to a value that differs from tag to tag
};

/// An exit with what `kubectl logs` shows. `{path}`, `{dir}`, `{errno}` ("13: Permission denied") and
/// `{error}` ("Permission denied") stand for the particulars.
struct ImageExit {
  bool given = false;
  int exit_code = 0;
  std::string_view log;
};

/// Environment that an entrypoint demands: one of `any_of` (NAME: set and not empty; NAME=value: exactly so),
/// or all of `all_of` where one of them is set. NAME_FILE counts for the names in `files`.
struct ImageRequirement {
  Words any_of, all_of, files;
  ImageExit otherwise;
};

/// A variable whose presence ends the entrypoint (NAME: set and not empty, NAME=value: exactly so).
struct ImageForbidden {
  std::string_view variable;
  ImageExit then;
};

/// A directory that must be writable, and the message when it is not.
struct ImagePath {
  std::string_view path;
  std::string_view log;
  std::int64_t owner = 0;  // who owns it in the image; -1: anybody may write
};

/// A file in the image with any execute bit.
struct ImageExecutable {
  std::string_view directory;
  Words names;
};

/// Where a database keeps its files.
struct ImageData {
  std::string_view directory;       // empty: none
  std::string_view variable;        // moves it; may be empty
  bool must_be_empty = false;       // initialising a directory with foreign files fails
  bool owner_changes_mode = false;  // a user who does not own the directory fails
  ImageExit not_empty;
  std::string_view mode_log;
  std::string_view lost_found_log;     // lost+found is a foreign file to it, too; empty: it is not
  std::string_view lost_found_option;  // unless an argument begins so
  std::string_view old_mount;  // a mount at this place ends the entrypoint while the directory is the image's own
  std::string_view old_mount_log;
};

/// What the image as it is delivered answers to HTTP on one of its ports.
struct ImageHttp {
  std::int64_t port = 0;
  std::string_view root;           // the directory whose files it serves over plain HTTP; empty: it speaks no HTTP
  std::string_view configuration;  // a mount below it may change everything
};

/// What a program of the image does when it is started.
struct ImageProgram {
  enum class Does : std::uint8_t { Unknown, Serve, Interactive, End };
  std::string_view name;      // base name
  Does does = Does::Unknown;  // Interactive: reads standard input, and ends (0) at its end
  ImageExit end;              // End
  Ports ports;                // TCP, by default
  Words port_options;         // options that move them: "-p", "--port"
  std::string_view port_variable;
  std::string_view reader;  // which reader of arguments and configuration: "nginx", "redis", ...
  Words subcommands;        // Serve: only with one of these as first argument; empty: always
  ImageExit without_arguments;
  Words config_options;  // options that name the configuration file
  ImageExit config_missing;
  ImageExit refuses_root;
  ImageExit uninitialized;  // started without its entrypoint on an empty data directory
  std::span<const ImagePath> writes;
  Words capabilities;  // needed when started as root
  std::string_view capability_log;
  std::string_view low_port_log;  // binding below 1024 without the right to
  std::span<const ImageHttp> http;
  std::int64_t memory_floor = 0;  // bytes; below this limit the start is killed; 0: not known
  std::int64_t start_cpu = 0;     // seconds of one CPU that the start takes at least; 0: not known
  std::int64_t term_exit =
      -1;  // with what it ends when the kubelet asks it to (the image's stop signal); -1: not known
};

/// What the image's entrypoint does with its arguments before it starts them.
struct ImageScript {
  bool given = false;
  Words prepends;                 // put before the arguments where the first matches one of `when`
  Words when;                     // patterns: "-*", "*.conf"
  bool prepends_unknown = false;  // also where the first argument is no program
  Words guards;                   // demands, step-down and capabilities hold for these programs; empty: for all
  std::int64_t drops_to = 0;      // the user that root steps down to; 0: none
  std::string_view drop_log;      // without SETUID and SETGID
  Words capabilities;             // needed by root in the script itself
  std::string_view capability_log;
  std::span<const ImageRequirement> requirements;
  std::span<const ImageForbidden> forbidden;
  ImageData data;
};

/// What lies under an image: files and tools.
struct ImageBase {
  std::string_view name;
  std::string_view includes;  // another base; may be empty
  std::string_view shell;     // what /bin/sh is: "ash", "dash", "bash"; "none"
  std::span<const ImageExecutable> executables;
  std::span<const std::pair<std::string_view, std::string_view>> links;  // directories that are links
  Words directories;
  Words files;
  Words opaque;  // below these nothing is known to be absent
};

/// One image, or the variant of it that some tags name.
struct ImageInfo {
  std::string_view name;
  Words repositories;  // "docker.io/library/nginx"
  Words tags;          // patterns of this variant; empty: every other tag
  std::string_view base;
  Words entrypoint, command;
  std::string_view working_directory;  // empty: "/"
  std::string_view user;               // USER as written: "", "101", "nobody", "1000:0"
  std::int64_t uid = 0;                // what `user` means; -1 when not known
  std::span<const ImageVariable> environment;
  std::span<const ImageExecutable> executables;
  Words directories, files, opaque;
  bool files_known = false;  // what is listed nowhere is absent
  ImageScript script;
  std::span<const ImageProgram> programs;
  std::string_view newest;  // newest version known; empty: not known
  std::string_view source;

  [[nodiscard]] const ImageProgram* program(std::string_view base_name) const;
};

/// Every row, generated from rules/images/*.yaml.
[[nodiscard]] std::span<const ImageInfo> image_table();
[[nodiscard]] std::span<const ImageBase> image_base_table();

/// The row for that reference, or null when nothing is known about the image. A digest without a tag
/// finds the untagged row.
[[nodiscard]] const ImageInfo* find_image(const kube::ImageReference& reference);
[[nodiscard]] const ImageBase* find_image_base(std::string_view name);

/// USER of a well-known image, for runAsNonRoot: empty optional-like `known == false` otherwise.
struct ImageUser {
  bool known = false;
  std::string_view user;  // "" means root
};
[[nodiscard]] ImageUser image_user(const kube::ImageReference& reference);

}  // namespace podseer::process

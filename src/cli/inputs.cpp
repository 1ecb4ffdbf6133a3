// SPDX-License-Identifier: Apache-2.0
#include "cli/inputs.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace podseer::cli {
namespace {
namespace fs = std::filesystem;

constexpr std::size_t kMaxFileBytes = std::size_t{1} << 30;

bool is_manifest(const fs::path& path) {
  const std::string extension = path.extension().string();
  return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

std::optional<std::string> read_all(int fd, std::string& error) {
  std::string bytes;
  char buffer[65536];
  while (true) {
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      error = std::strerror(errno);
      return std::nullopt;
    }
    if (got == 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(got));
    if (bytes.size() > kMaxFileBytes) {
      error = "larger than 1 GiB";
      return std::nullopt;
    }
  }
}

void walk(const fs::path& directory, std::vector<std::string>& found, int depth) {
  if (depth > 64) return;
  std::error_code failed;
  std::vector<fs::directory_entry> entries;
  for (fs::directory_iterator it(directory, failed), end; !failed && it != end; it.increment(failed)) {
    entries.push_back(*it);
  }
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.path().filename() < b.path().filename(); });
  for (const fs::directory_entry& entry : entries) {
    const std::string name = entry.path().filename().string();
    if (entry.is_directory(failed) && !entry.is_symlink(failed)) {
      if (name == ".git" || name == "node_modules") continue;
      walk(entry.path(), found, depth + 1);
    } else if (entry.is_regular_file(failed) && is_manifest(entry.path())) {
      found.push_back(entry.path().string());
    }
  }
}

}  // namespace

std::optional<std::string> read_whole_file(const std::string& path, std::string& error) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    error = std::strerror(errno);
    return std::nullopt;
  }
  std::optional<std::string> bytes = read_all(fd, error);
  ::close(fd);
  return bytes;
}

Inputs read_inputs(const Options& options, source::SourceMap& sources) {
  Inputs inputs;
  std::vector<std::string> paths = options.paths;
  if (paths.empty()) paths.emplace_back(".");
  for (const std::string& path : paths) {
    std::string error;
    if (path == "-") {
      std::optional<std::string> bytes = read_all(STDIN_FILENO, error);
      if (!bytes) {
        inputs.errors.push_back("cannot read standard input: " + error);
      } else if (bytes->find_first_not_of(" \t\r\n") == std::string::npos) {
        inputs.errors.emplace_back("standard input is empty: did the command before the pipe fail?");
      } else {
        const std::string name = options.stdin_filename.empty() ? "<stdin>" : options.stdin_filename;
        inputs.files.push_back(sources.add(name, std::move(*bytes)));
      }
      continue;
    }
    std::error_code failed;
    const fs::file_status status = fs::status(path, failed);
    if (!fs::exists(status)) {
      inputs.errors.push_back("no such path: '" + path + "'");
      continue;
    }
    std::vector<std::string> found;
    const bool directory = fs::is_directory(status);
    if (directory) {
      walk(path, found, 0);
    } else {
      found.push_back(path);
    }
    for (const std::string& file : found) {
      std::optional<std::string> bytes = read_whole_file(file, error);
      if (bytes) {
        inputs.files.push_back(sources.add(file, std::move(*bytes)));
      } else {
        (directory ? inputs.warnings : inputs.errors).push_back("cannot read '" + file + "': " + error);
      }
    }
  }
  return inputs;
}

}  // namespace podseer::cli

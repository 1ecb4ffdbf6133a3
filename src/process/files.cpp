// SPDX-License-Identifier: Apache-2.0
// The files as the script has left them: the caller's file system below, what was written since above it.
// `rm -rf /tmp/x; mkdir /tmp/x` hides what the image has in /tmp/x.
#include <algorithm>
#include <functional>

#include "process/interpreter.hpp"

namespace podseer::process {

namespace {

std::uint64_t hash_entry(std::string_view path, const FileEntry& entry) {
  const std::hash<std::string_view> hash;
  std::uint64_t h = hash(path);
  h = h * 1099511628211ULL + hash(entry.content);
  h = h * 1099511628211ULL + hash(entry.link);
  h = h * 1099511628211ULL +
      (static_cast<std::uint64_t>(entry.info.kind) << 40 | static_cast<std::uint64_t>(entry.info.mode) << 20 |
       entry.info.uid) +
      (entry.content_known ? 1U : 0U);
  return h * 0x9E3779B97F4A7C15ULL;
}

}  // namespace

std::string absolute_path(std::string_view path, std::string_view cwd) {
  std::string full;
  if (!path.starts_with('/')) {
    full = cwd;
    full += '/';
  }
  full += path;
  std::vector<std::string_view> parts;
  std::string_view rest = full;
  while (!rest.empty()) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (!part.empty() && part != ".") parts.push_back(part);
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  std::string out;
  for (std::string_view part : parts) {
    out += '/';
    out += part;
  }
  return out.empty() ? "/" : out;
}

std::string parent_path(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos || slash == 0) return "/";
  return std::string(path.substr(0, slash));
}

std::string base_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

const FileEntry* Files::entry(std::string_view path) const {
  const auto found = entries_.find(path);
  return found == entries_.end() ? nullptr : &found->second;
}

std::string Files::resolve(std::string_view path, int depth) const {
  std::string current(path);
  if (depth > 8) return current;
  // Only links that the script made are followed; the caller follows its own.
  for (const auto& [name, item] : entries_) {
    if (item.link.empty()) continue;
    if (current == name || (current.starts_with(name) && current.size() > name.size() && current[name.size()] == '/')) {
      const std::string target = absolute_path(item.link, parent_path(name)) + current.substr(name.size());
      return resolve(absolute_path(target, "/"), depth + 1);
    }
  }
  return current;
}

FileInfo Files::stat(std::string_view given) const {
  FileInfo unknown;
  unknown.kind = FileInfo::Kind::Unknown;
  if (has_mark(given)) return unknown;
  const std::string path = resolve(given);
  if (const FileEntry* found = entry(path)) return found->info;
  // Below something that was removed or replaced by a new directory nothing of the image is left.
  for (std::string up = parent_path(path); up != "/"; up = parent_path(up)) {
    const FileEntry* above = entry(up);
    if (above == nullptr) continue;
    FileInfo info;
    if (above->info.kind == FileInfo::Kind::Unknown) return unknown;
    if (above->info.kind == FileInfo::Kind::Directory && !above->content.empty())
      return unknown;  // copied from something unknown
    if (above->info.kind == FileInfo::Kind::Directory && above->content_known) {
      info.read_only = above->info.read_only;
      return info;
    }
    if (above->info.kind != FileInfo::Kind::Directory) return info;
    break;
  }
  if (base_ == nullptr) {
    if (path == "/") {
      FileInfo root;
      root.kind = FileInfo::Kind::Directory;
      root.mode = 0755;
      return root;
    }
    if (path == "/dev/null" || path == "/dev/stdout" || path == "/dev/stderr" || path == "/dev/zero") {
      FileInfo device;
      device.kind = FileInfo::Kind::Device;
      device.mode = 0666;
      return device;
    }
    return unknown;
  }
  FileInfo info = base_->stat(path);
  if (hazy && info.kind == FileInfo::Kind::Missing) info.kind = FileInfo::Kind::Unknown;
  return info;
}

std::optional<std::string> Files::read(std::string_view path) const {
  const std::string text = content(path);
  if (has_mark(text)) return std::nullopt;
  return text;
}

std::string Files::content(std::string_view given) const {
  const std::string unknown(1, kAny);
  if (has_mark(given)) return unknown;
  const std::string path = resolve(given);
  if (const FileEntry* found = entry(path)) return found->content_known ? found->content : unknown;
  if (hazy || base_ == nullptr) return unknown;
  if (path == "/dev/null") return {};
  std::optional<std::string> text = base_->read(path);
  if (!text || text->size() > kMaxText || has_mark(*text) || text->find('\0') != std::string::npos) return unknown;
  return *std::move(text);
}

std::optional<std::vector<std::string>> Files::list(std::string_view given) const {
  const std::string path = resolve(given);
  std::set<std::string> names;
  const FileEntry* own = entry(path);
  if (hazy || (own != nullptr && (own->info.kind == FileInfo::Kind::Unknown ||
                                  (own->info.kind == FileInfo::Kind::Directory && !own->content.empty()))))
    return std::nullopt;
  if (own == nullptr || !own->content_known) {
    // A directory below a new one has an entry of its own, so only what the caller has is left.
    if (base_ == nullptr) return std::nullopt;
    const std::optional<std::vector<std::string>> below = base_->list(path);
    if (!below) return std::nullopt;
    names.insert(below->begin(), below->end());
  }
  const std::string prefix = path == "/" ? "/" : path + "/";
  for (auto it = entries_.lower_bound(prefix); it != entries_.end() && it->first.starts_with(prefix); ++it) {
    const std::string_view rest = std::string_view(it->first).substr(prefix.size());
    if (rest.empty() || rest.find('/') != std::string_view::npos) continue;
    if (it->second.info.kind == FileInfo::Kind::Unknown) return std::nullopt;
    if (it->second.info.kind == FileInfo::Kind::Missing) names.erase(std::string(rest));
    else names.emplace(rest);
  }
  return std::vector<std::string>(names.begin(), names.end());
}

void Files::put(const std::string& path, FileEntry entry) {
  if (entries_.size() > 4096) {
    hazy = true;
    return;
  }
  if (entry.content.size() > kMaxText) entry.content = std::string(1, kAny);
  else entry.content = settle(std::move(entry.content));
  const auto found = entries_.find(path);
  entry.first = found != entries_.end() ? std::min(found->second.first, now) : now;
  if (found != entries_.end()) hash_ ^= hash_entry(path, found->second);
  hash_ ^= hash_entry(path, entry);
  entries_.insert_or_assign(path, std::move(entry));
}

void Files::remove_tree(const std::string& path) {
  const std::string prefix = path + "/";
  std::vector<std::string> below;
  for (auto it = entries_.lower_bound(prefix); it != entries_.end() && it->first.starts_with(prefix); ++it)
    below.push_back(it->first);
  for (const std::string& name : below) {
    const auto found = entries_.find(name);
    hash_ ^= hash_entry(name, found->second);
    entries_.erase(found);
  }
  FileEntry gone;
  gone.info = stat(path);
  gone.info.kind = FileInfo::Kind::Missing;
  put(path, std::move(gone));
}

void Files::make_vague(const std::string& path) {
  FileEntry vague;
  vague.info.kind = FileInfo::Kind::Unknown;
  vague.info.access_known = false;
  vague.content_known = false;
  put(path, std::move(vague));
}

}  // namespace podseer::process

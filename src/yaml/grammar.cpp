// SPDX-License-Identifier: Apache-2.0
#include "yaml/grammar.hpp"

#include <string>

namespace podseer::yaml {
namespace {

using Type = Token::Type;

/// Leaves a level on every way out.
class Level {
 public:
  explicit Level(int& depth) : depth_(depth) { ++depth_; }
  ~Level() { --depth_; }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;

 private:
  int& depth_;
};

}  // namespace

const Token* Grammar::next() {
  const Token* token = scanner_.peek();
  if (token == nullptr) error_ = scanner_.error();
  return token;
}

bool Grammar::fail(std::string_view problem, const Token& at, std::uint32_t context_line) {
  // go-yaml prints the 0-based line of the token, or that of the construct it is in, or none.
  error_ = {problem, at.begin, at.line != 0 ? at.line : context_line};
  return false;
}

Grammar::Outcome Grammar::document() {
  const auto failed = [this] { return too_deep_ ? Outcome::TooDeep : Outcome::Failed; };
  const Token* token = next();
  if (token == nullptr) return failed();
  if (token->type == Type::StreamEnd) return Outcome::Empty;
  const bool is_explicit = token->type == Type::VersionDirective || token->type == Type::TagDirective ||
                           token->type == Type::DocumentStart;
  if (is_explicit) {
    if (!directives()) return failed();
    token = next();
    if (token == nullptr) return failed();
    if (token->type != Type::DocumentStart) {
      fail("did not find expected <document start>", *token);
      return failed();
    }
    scanner_.skip();
    token = next();
    if (token == nullptr) return failed();
    if (token->type == Type::VersionDirective || token->type == Type::TagDirective ||
        token->type == Type::DocumentStart || token->type == Type::DocumentEnd || token->type == Type::StreamEnd) {
      tree_.empty({}, token->begin);
    } else if (!node(true, false)) {
      return failed();
    }
  } else if (!node(true, false)) {
    return failed();
  }
  token = next();
  if (token == nullptr) return failed();
  end_ = token->type == Type::DocumentEnd ? token->end : token->begin;
  return Outcome::Document;
}

bool Grammar::directives() {
  bool version_seen = false;
  for (;;) {
    const Token* token = next();
    if (token == nullptr) return false;
    if (token->type == Type::VersionDirective) {
      if (version_seen) return fail("found duplicate %YAML directive", *token);
      if (token->text != "1.1") return fail("found incompatible YAML document", *token);
      version_seen = true;
    } else if (token->type == Type::TagDirective) {
      for (const auto& known : tag_handles_) {
        if (known.first == token->text) return fail("found duplicate %TAG directive", *token);
      }
      tag_handles_.emplace_back(token->text, token->suffix);
    } else {
      return true;
    }
    scanner_.skip();
  }
}

bool Grammar::properties(const Token*& token, Properties& found, std::uint32_t& end) {
  bool tagged = false;
  const std::uint32_t context_line = token->line;
  for (int i = 0; i < 2; ++i) {
    if (token->type == Type::Anchor && found.anchor.empty()) {
      found.anchor = token->text;
    } else if (token->type == Type::Tag && !tagged) {
      tagged = true;
      if (token->text.empty()) {
        found.tag = token->suffix;
      } else {
        std::string_view prefix;
        if (token->text == "!") prefix = "!";
        if (token->text == "!!") prefix = "tag:yaml.org,2002:";
        for (const auto& known : tag_handles_) {
          if (known.first == token->text) prefix = known.second;
        }
        if (prefix.empty()) return fail("found undefined tag handle", *token, context_line);
        found.tag = arena_.copy(std::string(prefix).append(token->suffix));
      }
    } else {
      break;
    }
    end = token->end;
    scanner_.skip();
    token = next();
    if (token == nullptr) return false;
  }
  return true;
}

bool Grammar::node(bool block, bool indentless) {
  const Token* token = next();
  if (token == nullptr) return false;
  if (depth_ >= kMaxDepth) {
    too_deep_ = true;
    return fail("", *token);
  }
  const Level level(depth_);
  if (token->type == Type::Alias) {
    if (!tree_.alias(token->text, token->begin, token->end)) {
      unknown_anchor_ = token->text;
      error_ = {"unknown anchor", token->begin, 0};
      return false;
    }
    scanner_.skip();
    return true;
  }
  Properties found;
  std::uint32_t properties_end = token->begin;
  const std::uint32_t context_line = token->line;
  const bool has_properties = token->type == Type::Anchor || token->type == Type::Tag;
  if (has_properties && !properties(token, found, properties_end)) return false;
  switch (token->type) {
    case Type::BlockEntry:
      if (indentless) return indentless_sequence(found);
      break;
    case Type::Scalar:
      tree_.scalar(found, token->style, token->begin, token->end, token->text);
      scanner_.skip();
      return true;
    case Type::FlowSequenceStart: return flow_sequence(found);
    case Type::FlowMappingStart: return flow_mapping(found);
    case Type::BlockSequenceStart:
      if (block) return block_sequence(found);
      break;
    case Type::BlockMappingStart:
      if (block) return block_mapping(found);
      break;
    default: break;
  }
  if (has_properties) {
    tree_.empty(found, properties_end);
    return true;
  }
  return fail("did not find expected node content", *token, context_line);
}

bool Grammar::block_sequence(const Properties& found) {
  const Token* token = next();
  const std::uint32_t context_line = token->line;
  tree_.begin_sequence(found, Style::Block, token->begin);
  scanner_.skip();
  for (;;) {
    token = next();
    if (token == nullptr) return false;
    if (token->type == Type::BlockEnd) {
      scanner_.skip();
      tree_.end_sequence(Tree::kAtLastChild);
      return true;
    }
    if (token->type != Type::BlockEntry) return fail("did not find expected '-' indicator", *token, context_line);
    const std::uint32_t after = token->end;
    scanner_.skip();
    token = next();
    if (token == nullptr) return false;
    if (token->type == Type::BlockEntry || token->type == Type::BlockEnd) {
      tree_.empty({}, after);
    } else if (!node(true, false)) {
      return false;
    }
  }
}

bool Grammar::indentless_sequence(const Properties& found) {
  const Token* token = next();
  tree_.begin_sequence(found, Style::Block, token->begin);
  for (;;) {
    token = next();
    if (token == nullptr) return false;
    if (token->type != Type::BlockEntry) {
      tree_.end_sequence(Tree::kAtLastChild);
      return true;
    }
    const std::uint32_t after = token->end;
    scanner_.skip();
    token = next();
    if (token == nullptr) return false;
    if (token->type == Type::BlockEntry || token->type == Type::Key || token->type == Type::Value ||
        token->type == Type::BlockEnd) {
      tree_.empty({}, after);
    } else if (!node(true, false)) {
      return false;
    }
  }
}

bool Grammar::block_mapping(const Properties& found) {
  const Token* token = next();
  const std::uint32_t context_line = token->line;
  tree_.begin_mapping(found, Style::Block, token->begin);
  scanner_.skip();
  for (;;) {
    token = next();
    if (token == nullptr) return false;
    if (token->type == Type::BlockEnd) {
      scanner_.skip();
      tree_.end_mapping(Tree::kAtLastChild);
      return true;
    }
    if (token->type != Type::Key) return fail("did not find expected key", *token, context_line);
    // The key, then the value: each may be missing.
    for (const Type lead : {Type::Key, Type::Value}) {
      token = next();
      if (token == nullptr) return false;
      if (token->type != lead) {
        tree_.empty({}, token->begin);
        continue;
      }
      const std::uint32_t after = token->end;
      scanner_.skip();
      token = next();
      if (token == nullptr) return false;
      if (token->type == Type::Key || token->type == Type::Value || token->type == Type::BlockEnd) {
        tree_.empty({}, after);
      } else if (!node(true, true)) {
        return false;
      }
    }
  }
}

bool Grammar::flow_sequence(const Properties& found) {
  const Token* token = next();
  const std::uint32_t context_line = token->line;
  tree_.begin_sequence(found, Style::Flow, token->begin);
  scanner_.skip();
  for (bool first = true;; first = false) {
    token = next();
    if (token == nullptr) return false;
    if (token->type != Type::FlowSequenceEnd && !first) {
      if (token->type != Type::FlowEntry) return fail("did not find expected ',' or ']'", *token, context_line);
      scanner_.skip();
      token = next();
      if (token == nullptr) return false;
    }
    if (token->type == Type::FlowSequenceEnd) {
      const std::uint32_t end = token->end;
      scanner_.skip();
      tree_.end_sequence(end);
      return true;
    }
    if (token->type == Type::Key ? !flow_sequence_pair() : !node(false, false)) return false;
  }
}

bool Grammar::flow_sequence_pair() {
  if (depth_ >= kMaxDepth) {
    too_deep_ = true;
    return fail("", *next());
  }
  const Level level(depth_);
  const Token* token = next();
  tree_.begin_mapping({}, Style::Flow, token->begin);
  scanner_.skip();
  token = next();
  if (token == nullptr) return false;
  if (token->type != Type::Value && token->type != Type::FlowEntry && token->type != Type::FlowSequenceEnd) {
    if (!node(false, false)) return false;
  } else {
    // go-yaml skips the token here, whatever it is.
    tree_.empty({}, token->begin);
    scanner_.skip();
  }
  token = next();
  if (token == nullptr) return false;
  std::uint32_t after = token->begin;
  if (token->type == Type::Value) {
    after = token->end;
    scanner_.skip();
    token = next();
    if (token == nullptr) return false;
    if (token->type != Type::FlowEntry && token->type != Type::FlowSequenceEnd) {
      if (!node(false, false)) return false;
      tree_.end_mapping(Tree::kAtLastChild);
      return true;
    }
  }
  tree_.empty({}, after);
  tree_.end_mapping(Tree::kAtLastChild);
  return true;
}

bool Grammar::flow_mapping(const Properties& found) {
  const Token* token = next();
  const std::uint32_t context_line = token->line;
  tree_.begin_mapping(found, Style::Flow, token->begin);
  scanner_.skip();
  for (bool first = true;; first = false) {
    token = next();
    if (token == nullptr) return false;
    if (token->type != Type::FlowMappingEnd && !first) {
      if (token->type != Type::FlowEntry) return fail("did not find expected ',' or '}'", *token, context_line);
      scanner_.skip();
      token = next();
      if (token == nullptr) return false;
    }
    if (token->type == Type::FlowMappingEnd) {
      const std::uint32_t end = token->end;
      scanner_.skip();
      tree_.end_mapping(end);
      return true;
    }
    if (token->type != Type::Key) {  // a lone value is a key without a value
      if (!node(false, false)) return false;
      token = next();
      if (token == nullptr) return false;
      tree_.empty({}, token->begin);
      continue;
    }
    const std::uint32_t key_end = token->end;
    scanner_.skip();
    token = next();
    if (token == nullptr) return false;
    if (token->type == Type::Value || token->type == Type::FlowEntry || token->type == Type::FlowMappingEnd) {
      tree_.empty({}, key_end);
    } else if (!node(false, false)) {
      return false;
    }
    token = next();
    if (token == nullptr) return false;
    std::uint32_t after = token->begin;
    if (token->type == Type::Value) {
      after = token->end;
      scanner_.skip();
      token = next();
      if (token == nullptr) return false;
      if (token->type != Type::FlowEntry && token->type != Type::FlowMappingEnd) {
        if (!node(false, false)) return false;
        continue;
      }
    }
    tree_.empty({}, after);
  }
}

}  // namespace podseer::yaml

// SPDX-License-Identifier: Apache-2.0
#include "report/frame.hpp"

#include <algorithm>

#include "report/paint.hpp"
#include "report/place.hpp"
#include "report/text.hpp"
#include "source/utf8.hpp"

namespace podseer::report {
namespace {

constexpr int kTab = 4;
constexpr std::uint32_t kMaxLineBytes = 4096;  // what lies behind is never shown
constexpr std::size_t kMaxLabelsOfALine = 6;

/// A label on its line, in byte offsets of the file cut to that line.
struct Mark {
  std::uint32_t line = 0;
  std::uint32_t begin = 0, end = 0;
  const Label* label = nullptr;
  int column = 0, columns = 1;  // on the screen, within the shown part of the line
};

Mark mark_of(const source::SourceFile& file, const Label& label) {
  Mark mark;
  mark.label = &label;
  mark.line = file.position(label.span.begin).line;
  const std::uint32_t line_begin = file.line_begin(mark.line);
  const std::uint32_t line_end = line_begin + static_cast<std::uint32_t>(file.line(mark.line).size());
  mark.begin = std::clamp(label.span.begin, line_begin, line_end);
  mark.end = std::clamp(label.span.end, mark.begin, line_end);
  return mark;
}

/// Where a secret value covers the byte: its end, cut to the line; else 0.
std::uint32_t secret_end(const Report& report, source::FileId file, std::uint32_t at, std::uint32_t line_end) {
  const auto after = std::upper_bound(report.secrets.begin(), report.secrets.end(), at,
                                      [&](std::uint32_t offset, const source::SourceSpan& span) {
                                        return file != span.file ? file < span.file : offset < span.begin;
                                      });
  if (after == report.secrets.begin()) return 0;
  const source::SourceSpan& span = *std::prev(after);
  return span.file == file && span.begin <= at && at < span.end ? std::min(span.end, line_end) : 0;
}

int total_columns(const std::vector<Cell>& cells) {
  int columns = 0;
  for (const Cell& cell : cells) columns += cell.columns;
  return columns;
}

/// Columns before the first cell that begins at or behind the byte.
int column_of(const std::vector<Cell>& cells, std::uint32_t offset) {
  int column = 0;
  for (const Cell& cell : cells) {
    if (cell.end > offset) break;
    column += cell.columns;
  }
  return column;
}

/// The part of a line that is shown: long lines are cut around their first mark.
struct Window {
  std::string text;
  int shift = 0;  // add to a column of the whole line
};

Window cut_line(const std::vector<Cell>& cells, const std::vector<Mark>& marks, int width, bool unicode) {
  Window window;
  const std::string dots = unicode ? "\u2026" : "...";
  const int dot_columns = unicode ? 1 : 3;
  int first = 0;
  int last = total_columns(cells);
  const bool too_long = last > width;
  if (too_long) {
    const int from = marks.empty() ? 0 : column_of(cells, marks.front().begin);
    if (from > width / 2) first = from - width / 3;
    last = first + width - 2 * dot_columns;
  }
  int column = 0;
  int skipped = 0;
  bool cut_behind = false;
  for (const Cell& cell : cells) {
    if (column < first) {
      skipped += cell.columns;
    } else if (column + cell.columns <= last) {
      window.text += cell.glyph;
    } else {
      cut_behind = true;
      break;
    }
    column += cell.columns;
  }
  if (skipped > 0) {
    window.text = dots + window.text;
    window.shift = dot_columns - skipped;
  }
  if (cut_behind) window.text += dots;
  while (!window.text.empty() && window.text.back() == ' ') window.text.pop_back();
  return window;
}

class Frame {
 public:
  Frame(const Report& report, const Style& style, int gutter) : report_(report), style_(style), gutter_(gutter) {}

  void draw_file(source::FileId id, const std::vector<Label>& labels, bool first);
  [[nodiscard]] std::vector<std::string> take() { return std::move(lines_); }

 private:
  void empty_gutter() { lines_.push_back(gutter("", "|")); }
  [[nodiscard]] std::string gutter(const std::string& number, std::string_view bar) const {
    return painted(style_, Ink::Gutter, pad_left(number, gutter_) + " " + std::string(bar));
  }
  void draw_line(const source::SourceFile& file, source::FileId id, std::uint32_t line, std::vector<Mark> marks);
  void draw_marks(std::vector<Mark>& marks);
  void draw_text_below(const std::vector<Mark>& marks, std::size_t index);
  [[nodiscard]] Ink ink(const Mark& mark) const { return mark.label->primary ? ink_ : Ink::Note; }
  [[nodiscard]] int room() const { return std::max(20, style_.width - gutter_ - 3); }

  const Report& report_;
  const Style& style_;
  int gutter_;
  std::vector<std::string> lines_;

 public:
  Ink ink_ = Ink::Error;
};

/// Blanks, with a bar at the column of each of the first `count` marks.
std::string bars(const std::vector<Mark>& marks, std::size_t count, bool unicode) {
  std::string text;
  int at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (marks[i].label->text.empty() || marks[i].column < at) continue;
    text.append(static_cast<std::size_t>(marks[i].column - at), ' ');
    text += unicode ? "\u2502" : "|";
    at = marks[i].column + 1;
  }
  return text;
}

void Frame::draw_text_below(const std::vector<Mark>& marks, std::size_t index) {
  const Mark& mark = marks[index];
  const bool unicode = style_.unicode;
  const std::string text = printable(mark.label->text, unicode);
  const int wanted = std::min(32, display_width(text));  // columns that a label may claim before it is moved left
  const int indent = std::min(mark.column, std::max(0, room() - wanted));
  for (const std::string& line : wrap(text, room() - indent)) {
    std::string before = indent == mark.column ? bars(marks, index, unicode) : std::string();
    before = pad_right(before, indent);
    lines_.push_back(gutter("", "|") + " " + before + painted(style_, ink(mark), line));
  }
}

void Frame::draw_marks(std::vector<Mark>& marks) {
  std::sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) {
    if (a.column != b.column) return a.column < b.column;
    return a.label->primary && !b.label->primary;
  });
  if (marks.size() > kMaxLabelsOfALine) marks.resize(kMaxLabelsOfALine);
  std::string row;
  int at = 0;
  for (const Mark& mark : marks) {
    if (mark.column < at) continue;
    row.append(static_cast<std::size_t>(mark.column - at), ' ');
    const int room_left = std::max(1, std::min(mark.columns, room() - mark.column));
    row +=
        painted(style_, ink(mark), std::string(static_cast<std::size_t>(room_left), mark.label->primary ? '^' : '-'));
    at = mark.column + room_left;
  }
  std::size_t pending = marks.size();
  const Mark& last = marks.back();
  const std::string text = printable(last.label->text, style_.unicode);
  const bool overlaps =
      marks.size() > 1 && marks[marks.size() - 2].column + marks[marks.size() - 2].columns > last.column;
  if (!overlaps && at + 1 + display_width(text) <= room()) {
    if (!text.empty()) row += " " + painted(style_, ink(last), text);
    --pending;
  }
  lines_.push_back(gutter("", "|") + " " + row);
  for (std::size_t i = pending; i-- > 0;) {
    if (marks[i].label->text.empty()) continue;
    const bool behind = i + 1 < marks.size();
    if (behind) lines_.push_back(gutter("", "|") + " " + bars(marks, i + 1, style_.unicode));
    draw_text_below(marks, i);
  }
}

void Frame::draw_line(const source::SourceFile& file, source::FileId id, std::uint32_t line, std::vector<Mark> marks) {
  // Of a long line only what is around the first mark is looked at; a column is rarely more than four bytes.
  const std::uint32_t most = 16 * static_cast<std::uint32_t>(room()), before = most / 2;
  std::uint32_t from = 0;
  if (!marks.empty() && file.line(line).size() > most) {
    from = marks.front().begin - file.line_begin(line);
    from = from > before ? from - before : 0;
  }
  const std::vector<Cell> cells = cells_of(report_, file, id, line, style_.unicode, from, most);
  const Window window = cut_line(cells, marks, room(), style_.unicode);
  std::string text = gutter(std::to_string(line), "|");
  if (!window.text.empty()) text += " " + window.text;
  lines_.push_back(std::move(text));
  for (Mark& mark : marks) {
    const int begin = column_of(cells, mark.begin);
    mark.column = std::clamp(begin + window.shift, 0, std::max(0, room() - 1));
    mark.columns = std::max(1, column_of(cells, mark.end) - begin);
  }
  if (!marks.empty()) draw_marks(marks);
}

void Frame::draw_file(source::FileId id, const std::vector<Label>& labels, bool first) {
  const source::SourceFile& file = report_.sources->file(id);
  std::vector<Mark> marks;
  const Mark* primary = nullptr;
  for (const Label& label : labels) {
    if (label.span.file == id) marks.push_back(mark_of(file, label));
  }
  for (const Mark& mark : marks) {
    if (primary == nullptr || (mark.label->primary && !primary->label->primary)) primary = &mark;
  }
  const Place place = place_of(*report_.sources, primary->label->span);
  const std::string arrow = std::string(static_cast<std::size_t>(gutter_), ' ') + (first ? "--> " : "::: ");
  lines_.push_back(painted(style_, Ink::Gutter, arrow) + printable(place.file, style_.unicode) + ":" +
                   std::to_string(place.line) + ":" + std::to_string(place.column));
  const std::uint32_t start = primary->line;
  std::stable_sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) { return a.line < b.line; });
  empty_gutter();
  std::uint32_t shown = 0;
  // One line of context before the first, since a key tells more together with its parent.
  if (marks.front().line > 1 && marks.front().line == start && !file.line(start - 1).empty() && first) {
    draw_line(file, id, start - 1, {});
    shown = start - 1;
  }
  for (std::size_t i = 0; i < marks.size();) {
    const std::uint32_t line = marks[i].line;
    if (shown != 0 && line == shown + 2) draw_line(file, id, shown + 1, {});
    if (shown != 0 && line > shown + 2) lines_.push_back(painted(style_, Ink::Gutter, "..."));
    std::vector<Mark> here;
    for (; i < marks.size() && marks[i].line == line; ++i) here.push_back(marks[i]);
    draw_line(file, id, line, std::move(here));
    shown = line;
  }
}

}  // namespace

std::vector<Cell> cells_of(const Report& report, const source::SourceFile& file, source::FileId id, std::uint32_t line,
                           bool unicode, std::uint32_t from, std::uint32_t most) {
  std::vector<Cell> cells;
  const std::string_view whole = file.line(line);
  while (from > 0 && from < whole.size() && (static_cast<unsigned char>(whole[from]) & 0xC0U) == 0x80) ++from;
  from = std::min(from, static_cast<std::uint32_t>(whole.size()));
  const std::uint32_t line_begin = file.line_begin(line) + from;
  const std::string_view text = whole.substr(from, std::min(most, kMaxLineBytes));
  cells.reserve(text.size());
  const auto line_end = static_cast<std::uint32_t>(line_begin + text.size());
  int column = 0;
  for (std::size_t i = 0; i < text.size();) {
    Cell cell;
    cell.begin = static_cast<std::uint32_t>(line_begin + i);
    if (const std::uint32_t end = secret_end(report, id, cell.begin, line_end)) {
      cell.end = end;
      cell.glyph = "***";
      cell.columns = 3;
      // A block scalar's secret lines keep their indentation.
      const std::size_t content = text.find_first_not_of(' ', i);
      if (i + from == 0 && content != std::string_view::npos && content > 0 && line_begin + content < end) {
        cell.end = static_cast<std::uint32_t>(line_begin + content);
        cell.glyph = std::string(content, ' ');
        cell.columns = static_cast<int>(content);
      }
    } else {
      const source::CodePoint point = source::code_point(text, i);
      cell.end = static_cast<std::uint32_t>(cell.begin + point.length);
      if (point.value == '\t') {
        cell.columns = kTab - column % kTab;
        cell.glyph = std::string(static_cast<std::size_t>(cell.columns), ' ');
      } else if (point.value == 0xfeff && line == 1 && i + from == 0) {
        cell.columns = 0;
      } else {
        cell.glyph = printable(text.substr(i, point.length), unicode);
        cell.columns = display_width(cell.glyph);
      }
    }
    column += cell.columns;
    i = cell.end - line_begin;
    cells.push_back(std::move(cell));
  }
  return cells;
}

std::string shown_line(const Report& report, source::FileId file, std::uint32_t line, bool unicode) {
  std::string text;
  for (const Cell& cell : cells_of(report, report.sources->file(file), file, line, unicode)) text += cell.glyph;
  return text;
}

int gutter_of(const Report& report, const std::vector<Label>& labels) {
  std::uint32_t largest = 1;
  for (const Label& label : labels) {
    if (label.span.exists())
      largest = std::max(largest, report.sources->file(label.span.file).position(label.span.begin).line);
  }
  return static_cast<int>(std::to_string(largest).size());
}

std::vector<std::string> draw_frame(const Report& report, std::vector<Label> labels, const Style& style) {
  std::erase_if(labels,
                [&](const Label& label) { return !label.span.exists() || label.span.file >= report.sources->size(); });
  if (labels.empty()) return {};
  std::stable_partition(labels.begin(), labels.end(), [](const Label& label) { return label.primary; });
  Frame frame(report, style, gutter_of(report, labels));
  std::vector<source::FileId> files;
  for (const Label& label : labels) {
    if (std::find(files.begin(), files.end(), label.span.file) == files.end()) files.push_back(label.span.file);
  }
  for (std::size_t i = 0; i < files.size(); ++i) frame.draw_file(files[i], labels, i == 0);
  return frame.take();
}

}  // namespace podseer::report

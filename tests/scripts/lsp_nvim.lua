-- Neovim as a client of `podseer lsp`: nvim --headless -u NONE -i NONE -S lsp_nvim.lua, with the binary in
-- $PODSEER_BINARY. Prints "ok:"/"not ok:" a case. Works with Neovim 0.7 and later.
local binary = vim.env.PODSEER_BINARY
local root = vim.fn.tempname()
vim.fn.mkdir(root, "p")
local function write(name, text) local f = io.open(root .. "/" .. name, "w"); f:write(text); f:close() end
write("config.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {level: info}\n")
write("pod.yaml", [[
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      image: nginx:1.27
      env:
        - name: LEVEL
          valueFrom: {configMapKeyRef: {name: settings, key: level}}
]])
local failures = 0
local function verdict(name, ok, detail)
  io.stdout:write((ok and "ok: " or "not ok: ") .. name .. (ok and "" or "  " .. vim.inspect(detail)) .. "\n")
  if not ok then failures = failures + 1 end
end
local function run()
  vim.cmd("edit " .. root .. "/pod.yaml")
  local buffer = vim.api.nvim_get_current_buf()
  local client = vim.lsp.start_client({ name = "podseer", cmd = { binary, "lsp", "--isolated" }, root_dir = root,
    workspace_folders = { { uri = vim.uri_from_fname(root), name = "shop" } } })
  vim.lsp.buf_attach_client(buffer, client)
  local function wait(wanted)
    vim.wait(15000, function() return wanted(vim.diagnostic.get(buffer)) end, 20)
    return vim.diagnostic.get(buffer)
  end
  vim.wait(15000, function() local c = vim.lsp.get_client_by_id(client); return c and c.initialized end, 20)
  local row = 9
  local line = vim.api.nvim_buf_get_lines(buffer, row, row + 1, true)[1]
  local column = line:find("key: level") + 4
  vim.api.nvim_buf_set_text(buffer, row, column, row, column + 5, { "levle" })
  local found = wait(function(d) return #d == 1 end)
  verdict("typing marks the slip", #found == 1 and found[1].lnum == row and found[1].col == column and found[1].code == "POD402", found)
  local function ask(method, params)
    local answers = vim.lsp.buf_request_sync(buffer, method, params, 15000) or {}
    for _, answer in pairs(answers) do return answer.result, answer.error end
  end
  vim.api.nvim_win_set_cursor(0, { row + 1, column + 1 })
  local position = vim.lsp.util.make_position_params(0, "utf-16")
  local hover = ask("textDocument/hover", position)
  verdict("hover explains", hover and hover.contents.value:find("CreateContainerConfigError", 1, true) ~= nil, hover)
  local params = vim.lsp.util.make_range_params(0, "utf-16")
  params.context = { diagnostics = {} }
  local actions = ask("textDocument/codeAction", params) or {}
  local fix
  for _, action in ipairs(actions) do if not fix then fix = action end end
  if fix then vim.lsp.util.apply_workspace_edit(fix.edit, "utf-16") end
  verdict("the editor applies the fix", vim.api.nvim_buf_get_lines(buffer, row, row + 1, true)[1] == line, actions)
  verdict("and the mark goes away", #wait(function(d) return #d == 0 end) == 0)
  vim.api.nvim_win_set_cursor(0, { row + 1, (line:find("settings")) })
  local target = ask("textDocument/definition", vim.lsp.util.make_position_params(0, "utf-16"))
  verdict("the name leads to the ConfigMap", target and vim.uri_to_fname(target.uri):find("config.yaml", 1, true) ~= nil, target)
end
local fine, problem = pcall(run)
if not fine then verdict("the script runs through", false, problem) end
vim.fn.delete(root, "rf")
vim.cmd(failures == 0 and "qall!" or "cquit!")

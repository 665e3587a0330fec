// Starts the real agents and the real MCP server, each with a home of its own and a bare environment.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MODULES = join(import.meta.dirname, 'target/tools/node_modules');
export const EVERYTHING = join(MODULES, '@modelcontextprotocol/server-everything/dist/index.js');

/** A loopback port that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Runs a program to its end and collects what it printed. */
export function run(command, args, options, seconds = 120) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => { output += chunk; });
    child.stderr.on('data', (chunk) => { output += chunk; });
    const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    child.on('error', (error) => resolve({ code: -1, output: String(error) }));
    child.on('exit', (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}

/** Starts one agent on a prompt; resolves with its exit code and output. */
export function runAgent(agent, folder, gatewayPort) {
  mkdirSync(folder, { recursive: true });
  return agent.kind === 'claude' ? runClaude(agent, folder, gatewayPort) : runCodex(agent, folder, gatewayPort);
}

function runClaude(agent, folder, port) {
  const mcp = join(folder, 'mcp.json');
  writeFileSync(mcp, JSON.stringify({ mcpServers: { spangate: { type: 'http', url: `http://127.0.0.1:${port}/mcp` } } }));
  return run(join(MODULES, '.bin/claude'),
    ['-p', agent.prompt, '--mcp-config', mcp, '--strict-mcp-config',
      '--allowedTools', 'mcp__spangate', 'Bash', 'Agent', '--output-format', 'json'],
    {
      cwd: folder,
      env: {
        PATH: process.env.PATH, HOME: folder, ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}/anthropic`,
        ANTHROPIC_API_KEY: 'not-a-real-key', ENABLE_TOOL_SEARCH: 'false', DISABLE_AUTOUPDATER: '1',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      },
    });
}

function runCodex(agent, folder, port) {
  const home = join(folder, 'codex-home');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'config.toml'), `model = "gpt-5.1"
model_provider = "spangate"
approval_policy = "never"
sandbox_mode = "danger-full-access"
[model_providers.spangate]
name = "spangate"
base_url = "http://127.0.0.1:${port}/openai/v1"
wire_api = "responses"
env_key = "FAKE_KEY"
[mcp_servers.spangate]
url = "http://127.0.0.1:${port}/mcp"
required = true
startup_timeout_sec = 60
`);
  return run(join(MODULES, '.bin/codex'), ['exec', '--skip-git-repo-check', agent.prompt],
    { cwd: folder, env: { PATH: process.env.PATH, HOME: folder, CODEX_HOME: home, FAKE_KEY: 'not-a-real-key' } });
}

/** Keeps a server of ours on loopback: the sample server would listen on every address. */
export const LOOPBACK_ONLY = `data:text/javascript,${encodeURIComponent(`
import net from 'node:net';
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (first, ...rest) {
  if (first && typeof first === 'object' && 'port' in first) first = { ...first, host: '127.0.0.1' };
  else if (/^\\d+$/.test(String(first))) {
    if (typeof rest[0] === 'string') rest.shift();
    rest.unshift('127.0.0.1');
    first = Number(first);
  }
  return listen.call(this, first, ...rest);
};`)}`;

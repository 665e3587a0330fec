// Real agents → Spangate → a scripted model and real MCP servers; prints the chain each agent left.
// Exit code 0 only if every tool execution is linked to the answer that asked for it.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EVERYTHING, LOOPBACK_ONLY, freePort, runAgent } from './agents.mjs';
import { startModel } from './model.mjs';
import { SCENARIOS } from './scenarios.mjs';
import { startTap } from './tap.mjs';

const SPANGATE = resolve(import.meta.dirname, '../../spangate');
const WIRE = process.argv.includes('--wire');
const args = process.argv.slice(2).filter((arg) => arg !== '--wire');
if (args.includes('--help')) {
  console.log('Usage: ./run.sh [--wire] [SCENARIO ... | all]   (default: claude)\n');
  console.log('  --wire writes down what the agents send: target/runs/SCENARIO-…/wire.jsonl\n');
  for (const [name, { about }] of Object.entries(SCENARIOS)) console.log(`  ${name.padEnd(20)} ${about}`);
  process.exit(0);
}
const names = args.length === 0 ? ['claude'] : args[0] === 'all' ? Object.keys(SCENARIOS) : args;
const unknown = names.filter((name) => !(name in SCENARIOS));
if (unknown.length > 0) {
  console.error(`Unknown scenario: ${unknown.join(', ')}. Known: ${Object.keys(SCENARIOS).join(', ')}.`);
  process.exit(64);
}
let failures = 0;
for (const name of names) failures += (await runScenario(name, SCENARIOS[name])) ? 0 : 1;
process.exit(failures === 0 ? 0 : 1);

async function runScenario(name, scenario) {
  console.log(`\n== ${name}: ${scenario.about}`);
  mkdirSync('target/runs', { recursive: true });
  const folder = resolve(mkdtempSync(`target/runs/${name}-`));
  const model = await startModel(scenario.script);
  const children = [];
  let tap;
  try {
    const web = await freePort();
    children.push(spawn(process.execPath, ['--import', LOOPBACK_ONLY, EVERYTHING, 'streamableHttp'],
      { env: { PATH: process.env.PATH, PORT: String(web) }, stdio: 'ignore' }));
    const gateway = await startGateway(folder, model.port, web, children);
    if (WIRE) tap = await startTap(gateway.port, join(folder, 'wire.jsonl'));
    const ended = await Promise.all(scenario.agents.map((agent, index) =>
      runAgent(agent, join(folder, `agent-${index + 1}`), tap?.port ?? gateway.port)));
    for (const { code, output } of ended) {
      if (code !== 0) console.log(`  an agent ended with code ${code}:\n${output.slice(-2000)}`);
    }
    const { traces, others } = await chains(gateway.admin, scenario);
    traces.forEach(printTrace);
    for (const trace of others) console.log(`  beside it: trace ${trace.traceId} ${trace.name}: ${trace.spans.map((span) => span.name).join(', ')}`);
    const unexplained = await unexplainedLinks(gateway.admin, traces);
    return judge(scenario, traces, others, ended, unexplained);
  } finally {
    children.forEach((child) => child.kill('SIGTERM'));
    model.close();
    tap?.close();
  }
}

async function startGateway(folder, modelPort, webPort, children) {
  const [port, admin] = [await freePort(), await freePort()];
  const config = join(folder, 'spangate.yaml');
  writeFileSync(config, `name: real-agents
listen: { host: 127.0.0.1, port: ${port} }
admin: { host: 127.0.0.1, port: ${admin} }
llm:
  providers:
    anthropic: { type: anthropic, base-url: "http://127.0.0.1:${modelPort}", api-key: not-a-real-key }
    openai: { type: openai, base-url: "http://127.0.0.1:${modelPort}/v1", api-key: not-a-real-key }
mcp:
  servers:
    web: { url: "http://127.0.0.1:${webPort}/mcp" }
    local: { command: "${process.execPath}", args: ["${EVERYTHING}", stdio] }
telemetry:
  journal: { dir: "${join(folder, 'journal')}" }
`);
  const log = openSync(join(folder, 'gateway.log'), 'w');
  const gateway = spawn(SPANGATE, ['run', '--config', config], { stdio: ['ignore', log, log] });
  children.push(gateway);
  const started = Date.now();
  while (Date.now() - started < 300_000) {
    if (gateway.exitCode !== null) throw new Error(`the gateway ended with code ${gateway.exitCode}`);
    if (await fetch(`http://127.0.0.1:${admin}/health/ready`).then((r) => r.ok, () => false)) return { port, admin };
    await new Promise((next) => setTimeout(next, 200));
  }
  throw new Error('the gateway did not become ready');
}

function toolSpans(traces) {
  return traces.flatMap((trace) => trace.spans).filter((span) => span.type === 'tool');
}

function executions(traces) {
  return toolSpans(traces).filter((span) => span.name.startsWith('tools/call '));
}

function inferred(traces) {
  return toolSpans(traces).filter((span) => span.name.startsWith('execute_tool '));
}

/** Waits until the gateway has exported what the scenario expects, then returns the traces with tools, and all others. */
async function chains(admin, scenario) {
  let traces = [];
  let others = [];
  for (let tries = 0; tries < 100; tries++) {
    const document = await fetch(`http://127.0.0.1:${admin}/api/chains?limit=100`).then((response) => response.json());
    traces = document.traces.filter((trace) => toolSpans([trace]).length > 0);
    others = document.traces.filter((trace) => toolSpans([trace]).length === 0);
    const tops = traces.flatMap((trace) => trace.spans).filter((span) => span.type === 'agent').length;
    const wanted = scenario.agents.length + (scenario.subagent ? 1 : 0);
    if (executions(traces).length >= scenario.executions && tops >= wanted) break;
    await new Promise((next) => setTimeout(next, 200));
  }
  return { traces, others };
}

/** Executions whose link `/api/links` explains otherwise than their span says; tells why one is not linked. */
async function unexplainedLinks(admin, traces) {
  let wrong = 0;
  for (const span of executions(traces)) {
    const answer = await fetch(`http://127.0.0.1:${admin}/api/links/${span.spanId}`).then((response) => response.json());
    const link = answer.links?.[0];
    if (link?.requestedBy !== span.link.requestedBy || link?.method !== span.link.method) wrong++;
    if (link?.state === 'unlinked') console.log(`  ${span.name} is not linked: ${link.reason}`);
  }
  return wrong;
}

/** Spans of an agent's run that are not in its trace: all but discovery, which is nobody's run. */
function strays(others) {
  return others.flatMap((trace) => trace.spans)
    .filter((span) => ['agent', 'generation', 'tool'].includes(span.type));
}

function judge(scenario, traces, others, ended, unexplained) {
  const made = executions(traces);
  const generations = new Map(traces.flatMap((trace) => trace.spans)
    .filter((span) => span.type === 'generation').map((span) => [span.spanId, span]));
  const unlinked = made.filter((span) => !generations.has(span.link?.requestedBy));
  const problems = [];
  if (ended.some(({ code }) => code !== 0)) problems.push('an agent failed');
  if (made.length !== scenario.executions) problems.push(`${made.length} tool executions instead of ${scenario.executions}`);
  if (inferred(traces).length !== scenario.inferred) problems.push(`${inferred(traces).length} local tools instead of ${scenario.inferred}`);
  if (unlinked.length > 0) problems.push(`${unlinked.length} executions not linked`);
  if (traces.length !== scenario.agents.length) problems.push(`${traces.length} traces instead of ${scenario.agents.length}`);
  if (unexplained > 0) problems.push(`${unexplained} links explained otherwise`);
  if (strays(others).length > 0) problems.push(`${strays(others).length} spans beside the chains`);
  for (const trace of traces) {
    const roots = trace.spans.filter((span) => !trace.spans.some((other) => other.spanId === span.parentSpanId));
    if (roots.length !== 1 || roots[0].type !== 'agent') problems.push(`${roots.length} topmost spans in one trace`);
    if (trace.name !== scenario.agent) problems.push(`a trace is named ${trace.name} instead of ${scenario.agent}`);
    const sessions = new Set(trace.spans.map((span) => span.attributes['langfuse.session.id']));
    if (sessions.size !== 1 || sessions.has(undefined)) problems.push(`${sessions.size} sessions in one trace`);
  }
  if (new Set(traces.map((trace) => trace.sessionId)).size !== traces.length) problems.push('agents share a session');
  const certain = made.filter((span) => span.link?.confidence === 'certain').length;
  console.log(`  ${made.length - unlinked.length} of ${made.length} tool executions linked, ${certain} certain, `
    + `${traces.length} trace(s)${problems.length ? ` — FAILED: ${problems.join('; ')}` : ' — ok'}`);
  return problems.length === 0;
}

function printTrace(trace) {
  console.log(`  trace ${trace.traceId} ${trace.name} session ${trace.sessionId ?? '-'}`);
  const ids = new Set(trace.spans.map((span) => span.spanId));
  const print = (span, indent) => {
    const ms = Math.round((span.endNanos - span.startNanos) / 1e6);
    const link = span.link ? `  [${span.link.method}, ${span.link.confidence ?? '-'}]` : '';
    console.log(`  ${indent}${span.name}  ${ms} ms${link}${span.status === 'ERROR' ? '  ERROR' : ''}`);
    trace.spans.filter((child) => child.parentSpanId === span.spanId)
      .sort((a, b) => a.startNanos - b.startNanos).forEach((child) => print(child, `   ${indent}`));
  };
  trace.spans.filter((span) => !ids.has(span.parentSpanId)).forEach((span) => print(span, '└─ '));
}

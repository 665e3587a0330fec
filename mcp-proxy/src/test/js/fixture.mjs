// An MCP server for the conformance suite, without dependencies: Streamable HTTP on loopback.
//   node fixture.mjs legacy|dual       prints {"port": N}, ends when its standard input does
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { prompts, read, resources, template, tools } from './features.mjs';

const DUAL = process.argv[2] === 'dual';
const MODERN = '2026-07-28';
const LEGACY = ['2025-11-25', '2025-06-18', '2025-03-26'];
const META = 'io.modelcontextprotocol/';
const INFO = { name: 'conformance-fixture', version: '1.0.0' };
const capabilities = {
  tools: { listChanged: true }, prompts: { listChanged: true }, resources: { subscribe: true, listChanged: true },
  completions: {}, logging: {},
};
const sessions = new Map();
const listeners = new Set();
let generation = 0;

class RpcError extends Error {
  constructor(code, message, data, status = 200) {
    super(message);
    Object.assign(this, { code, data, status });
  }
}
class InputRequired extends Error {
  constructor(inputRequests, requestState) {
    super('input required');
    this.result = { resultType: 'input_required', inputRequests, ...(requestState && { requestState }) };
  }
}

/** One response: JSON, or SSE as soon as something comes before the answer. */
function exchange(res) {
  let streaming = false;
  const write = message => res.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
  const self = {
    get closed() { return res.destroyed || res.writableEnded; },
    send(message) {
      if (!streaming) {
        streaming = true;
        res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
      }
      write({ jsonrpc: '2.0', ...message });
    },
    finish(status, message, headers = {}) {
      if (streaming) {
        write(message);
        res.end();
      } else {
        res.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(message));
      }
    },
  };
  return self;
}

const methods = {
  'tools/list': () => ({
    tools: [
      ...Object.entries(tools).map(([name, [inputSchema]]) => ({ name, description: `Conformance: ${name}`, inputSchema })),
      ...(generation % 2 ? [{ name: 'appeared', description: 'Comes and goes', inputSchema: { type: 'object' } }] : []),
    ],
  }),
  'tools/call': async (params, ctx) => {
    const tool = Object.hasOwn(tools, params.name) && tools[params.name];
    if (params.name === 'appeared') return { content: [{ type: 'text', text: 'Here for now.' }] };
    if (!tool) throw new RpcError(-32602, `Unknown tool: ${params.name}`);
    return tool[1](params.arguments ?? {}, ctx);
  },
  'prompts/list': () => ({
    prompts: Object.entries(prompts).map(([name, [args]]) => ({
      name, description: `Conformance: ${name}`, arguments: args.map(arg => ({ name: arg, required: true })) })),
  }),
  'prompts/get': async (params, ctx) => {
    const prompt = Object.hasOwn(prompts, params.name) && prompts[params.name];
    if (!prompt) throw new RpcError(-32602, `Unknown prompt: ${params.name}`);
    return { messages: await prompt[1](params.arguments ?? {}, ctx) };
  },
  'resources/list': () => ({
    resources: Object.entries(resources).map(([uri, { mimeType }]) => ({ uri, name: uri.slice(7), mimeType })),
  }),
  'resources/templates/list': () => ({
    resourceTemplates: [{ uriTemplate: template, name: 'template', mimeType: 'application/json' }],
  }),
  'resources/read': (params, ctx) => {
    const found = read(params.uri);
    if (!found) throw new RpcError(ctx.modern ? -32602 : -32002, 'Resource not found', { uri: params.uri });
    return { contents: [found] };
  },
  'completion/complete': () => ({ completion: { values: ['paris', 'park', 'party'], total: 3, hasMore: false } }),
};

const sessionMethods = {
  ping: () => ({}),
  'logging/setLevel': (params, ctx) => { ctx.session.level = params.level; return {}; },
  'resources/subscribe': (params, ctx) => { ctx.session.watched.add(params.uri); return {}; },
  'resources/unsubscribe': (params, ctx) => { ctx.session.watched.delete(params.uri); return {}; },
};

const cacheable = new Set(['server/discover', 'tools/list', 'prompts/list', 'resources/list', 'resources/templates/list', 'resources/read']);

function change(kind) {
  if (kind === 'tools') generation++;
  const method = `notifications/${kind}/list_changed`;
  for (const session of sessions.values()) session.stream?.send({ method });
  for (const { id, filter, out } of listeners) {
    if (filter[`${kind}ListChanged`]) out.send({ method, params: { _meta: { [`${META}subscriptionId`]: id } } });
  }
}

function context(message, out, more) {
  const meta = message.params?._meta ?? {};
  return {
    responses: message.params?.inputResponses, state: message.params?.requestState, change,
    error: (code, words) => new RpcError(code, words),
    need(capability) {
      if (!this.capabilities[capability]) {
        throw new RpcError(-32021, `Needs the client capability ${capability}`, { requiredCapabilities: { [capability]: {} } }, 400);
      }
    },
    progress(progress, total) {
      if (meta.progressToken !== undefined) {
        out.send({ method: 'notifications/progress', params: { progressToken: meta.progressToken, progress, total } });
      }
    },
    ...more,
  };
}

// ---- 2025-11-25 and before -------------------------------------------------------------------------------------
function legacyContext(message, out, session) {
  return context(message, out, {
    session, modern: false, capabilities: session.capabilities,
    log: (level, data) => out.send({ method: 'notifications/message', params: { level, logger: 'fixture', data } }),
    async ask(wanted) {
      const answers = await Promise.all(Object.entries(wanted).map(async ([key, request]) => [key, await question(session, out, key, request)]));
      return Object.fromEntries(answers);
    },
  });
}

/** The id of a question is its key, so that a client of the newer era reads the same key from either; ids are used once. */
function question(session, out, key, request) {
  const capability = request.method.split('/')[0];
  if (!session.capabilities[{ elicitation: 'elicitation', sampling: 'sampling', roots: 'roots' }[capability]]) {
    throw new RpcError(-32602, `The client has no ${capability}`);
  }
  const id = session.asked.has(key) ? `${key} ${++session.lastId}` : key;
  session.asked.add(key);
  return new Promise((done, fail) => {
    session.questions.set(id, answer => (answer.error ? fail(new RpcError(answer.error.code, answer.error.message)) : done(answer.result)));
    out.send({ id, ...request });
  });
}

async function legacy(req, res, message) {
  const out = exchange(res);
  if (message.method === 'initialize') {
    const id = randomUUID();
    sessions.set(id, { capabilities: message.params.capabilities ?? {}, questions: new Map(), watched: new Set(), asked: new Set(), lastId: 0 });
    const protocolVersion = LEGACY.includes(message.params.protocolVersion) ? message.params.protocolVersion : LEGACY[0];
    return out.finish(200, { jsonrpc: '2.0', id: message.id, result: { protocolVersion, capabilities, serverInfo: INFO } }, { 'Mcp-Session-Id': id });
  }
  const session = sessions.get(req.headers['mcp-session-id']);
  if (!session) return fail(res, req.headers['mcp-session-id'] ? 404 : 400, message.id, -32000, 'No such session');
  if (message.method === undefined) {
    session.questions.get(message.id)?.(message);
    session.questions.delete(message.id);
    return res.writeHead(202).end();
  }
  if (message.id === undefined) return res.writeHead(202).end();
  return answer(out, message, methods[message.method] ?? sessionMethods[message.method], legacyContext(message, out, session), result => result);
}

// ---- 2026-07-28 ------------------------------------------------------------------------------------------------
function modernContext(message, out) {
  const meta = message.params._meta;
  return context(message, out, {
    modern: true, capabilities: meta[`${META}clientCapabilities`],
    log(level, data) {
      if (meta[`${META}logLevel`]) out.send({ method: 'notifications/message', params: { level, logger: 'fixture', data } });
    },
    ask(wanted, state) { throw new InputRequired(wanted, state); },
  });
}

function checkModern(req, message) {
  const meta = message.params?._meta;
  const version = meta?.[`${META}protocolVersion`];
  if (typeof version !== 'string' || typeof meta[`${META}clientCapabilities`] !== 'object') {
    throw new RpcError(-32602, 'params._meta lacks what every request must carry', undefined, 400);
  }
  if (req.headers['mcp-protocol-version'] !== version) throw new RpcError(-32020, 'MCP-Protocol-Version and body differ', undefined, 400);
  if (version !== MODERN) {
    throw new RpcError(-32022, 'Unsupported protocol version', { supported: supported(), requested: version }, 400);
  }
  if (req.headers['mcp-method'] !== message.method) throw new RpcError(-32020, 'Mcp-Method and body differ', undefined, 400);
  const name = message.params.name ?? message.params.uri;
  if (['tools/call', 'prompts/get', 'resources/read'].includes(message.method) && decoded(req.headers['mcp-name']) !== name) {
    throw new RpcError(-32020, 'Mcp-Name and body differ', undefined, 400);
  }
  if (message.method === 'tools/call') checkMirrored(req, message.params);
}

function checkMirrored(req, params) {
  const properties = (Object.hasOwn(tools, params.name) && tools[params.name][0].properties) || {};
  for (const [key, { 'x-mcp-header': header }] of Object.entries(properties)) {
    const value = params.arguments?.[key];
    const sent = header && req.headers[`mcp-param-${header.toLowerCase()}`];
    if (header && (sent === undefined ? value !== undefined : decoded(sent) !== String(value))) {
      throw new RpcError(-32020, `Mcp-Param-${header} and body differ`, undefined, 400);
    }
  }
}

const supported = () => [MODERN, ...LEGACY];
const decoded = value => {
  if (!value?.startsWith('=?base64?') || !value.endsWith('?=')) return value;
  const bytes = Buffer.from(value.slice(9, -2), 'base64');
  return bytes.toString('base64') === value.slice(9, -2) ? bytes.toString() : undefined;
};

async function modern(req, res, message) {
  const out = exchange(res);
  if (message.id === undefined) return res.writeHead(202).end();
  try {
    checkModern(req, message);
  } catch (error) {
    return fail(res, error.status, message.id, error.code, error.message, error.data);
  }
  if (message.method === 'subscriptions/listen') return listen(res, out, message);
  const own = { 'server/discover': () => ({ supportedVersions: supported(), capabilities }) };
  return answer(out, message, own[message.method] ?? methods[message.method], modernContext(message, out), result => ({
    resultType: 'complete',
    ...(cacheable.has(message.method) && { ttlMs: 1000, cacheScope: 'public' }),
    ...result,
    _meta: { ...result._meta, [`${META}serverInfo`]: INFO },
  }));
}

function listen(res, out, message) {
  const filter = message.params.notifications ?? {};
  const entry = { id: message.id, filter, out };
  out.send({ method: 'notifications/subscriptions/acknowledged', params: { notifications: filter, _meta: { [`${META}subscriptionId`]: message.id } } });
  listeners.add(entry);
  res.on('close', () => listeners.delete(entry));
}

// ---- both --------------------------------------------------------------------------------------------------------
async function answer(out, message, method, ctx, dress) {
  const envelope = { jsonrpc: '2.0', id: message.id };
  if (!method) {
    return out.finish(ctx.modern ? 404 : 200, { ...envelope, error: { code: -32601, message: `Method not found: ${message.method}` } });
  }
  try {
    out.finish(200, { ...envelope, result: dress(await method(message.params ?? {}, ctx)) });
  } catch (error) {
    if (error instanceof InputRequired) {
      out.finish(200, { ...envelope, result: dress(error.result) });
    } else {
      const { code = -32603, status = 200, data } = error;
      out.finish(status, { ...envelope, error: { code, message: error.message, ...(data && { data }) } });
    }
  }
}

function fail(res, status, id, code, message, data) {
  const error = { code, message, ...(data && { data }) };
  res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id: id ?? null, error }));
}

const local = value => value === undefined || /^(https?:\/\/)?(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(value);

createServer((req, res) => {
  if (!local(req.headers.host) || !local(req.headers.origin)) return fail(res, 403, null, -32000, 'Host or Origin is not local');
  let body = '';
  req.on('data', chunk => (body += chunk));
  req.on('end', () => {
    if (req.method === 'POST') return post(req, res, body);
    const session = sessions.get(req.headers['mcp-session-id']);
    if (!session) return res.writeHead(405, { Allow: 'POST' }).end();
    if (req.method === 'DELETE') {
      sessions.delete(req.headers['mcp-session-id']);
      return res.writeHead(200).end();
    }
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' }).write(':\n\n');
    session.stream = { send: message => res.write(`data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`) };
    res.on('close', () => (session.stream = undefined));
  });
}).listen(0, '127.0.0.1', function () {
  console.log(JSON.stringify({ port: this.address().port }));
});

function post(req, res, body) {
  let message;
  try {
    message = JSON.parse(body);
  } catch {
    return fail(res, 400, null, -32700, 'Parse error');
  }
  const claims = message.params?._meta?.[`${META}protocolVersion`] !== undefined || req.headers['mcp-protocol-version'] === MODERN;
  const stateless = DUAL && (claims || message.method === 'server/discover') && !(message.method === 'initialize' && !claims);
  return stateless ? modern(req, res, message) : legacy(req, res, message);
}

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));

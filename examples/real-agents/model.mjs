// A scripted model for real agents: it speaks Anthropic Messages and OpenAI Responses and follows
// a script of steps. A step is a list of tool calls (made in one answer) or a text. Which step is
// next is read from the conversation alone: the number of answers that already carried tool calls.
import { createServer } from 'node:http';

/** Starts the model on loopback. `scriptFor(conversation)` returns the steps of that conversation. */
export async function startModel(scriptFor) {
  const requests = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const path = new URL(request.url, 'http://model').pathname;
      const body = parse(Buffer.concat(chunks).toString('utf8'));
      requests.push({ path, headers: request.headers, body });
      if (request.method === 'POST' && path.endsWith('/v1/messages')) answerMessages(body, scriptFor, response);
      else if (request.method === 'POST' && path.endsWith('/responses')) answerResponses(body, scriptFor, response);
      else if (path.endsWith('/count_tokens')) json(response, { input_tokens: 10 });
      else if (path.endsWith('/models')) json(response, { object: 'list', data: [], models: [] });
      else json(response, {});
    });
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return { port: server.address().port, requests, close: () => server.close() };
}

let issued = 0;
const newId = (prefix) => `${prefix}_${Date.now().toString(36)}${(++issued).toString(36).padStart(6, '0')}Zq7`;

/** Picks the offered tool whose name ends with the wanted one; agents put prefixes before it and replace characters. */
function offered(tools, wanted) {
  const plain = (name) => name.replace(/[^A-Za-z0-9]/g, '_');
  return tools.find((name) => plain(name) === plain(wanted))
    ?? tools.find((name) => plain(name).endsWith(`__${plain(wanted)}`));
}

/** The next step of a conversation: calls that can be made with the tools offered, or a text. */
function nextStep(steps, answersWithCalls, tools) {
  if (tools.length === 0) return { text: 'A title' };
  const step = steps[answersWithCalls];
  if (step === undefined) return { text: 'done' };
  if (typeof step === 'string') return { text: step };
  const calls = step
    .map((call) => ({ ...call, name: offered(tools, call.tool) }))
    .filter((call) => call.name !== undefined);
  return calls.length > 0 ? { calls } : { text: `done (no tool of: ${step.map((call) => call.tool)})` };
}

// ---- Anthropic Messages

function answerMessages(body, scriptFor, response) {
  const messages = body.messages ?? [];
  const tools = (body.tools ?? []).map((tool) => tool.name);
  const answersWithCalls = messages.filter(
    (message) => message.role === 'assistant' && Array.isArray(message.content)
      && message.content.some((block) => block.type === 'tool_use')).length;
  const firstUser = textOf(messages.find((message) => message.role === 'user')?.content);
  const step = nextStep(scriptFor(firstUser, body), answersWithCalls, tools);
  const content = step.calls
    ? step.calls.map((call) => ({ type: 'tool_use', id: newId('toolu'), name: call.name, input: call.arguments }))
    : [{ type: 'text', text: step.text }];
  const usage = { input_tokens: 120, cache_read_input_tokens: 64, cache_creation_input_tokens: 0, output_tokens: 24 };
  const message = {
    id: newId('msg'), type: 'message', role: 'assistant', model: body.model, content,
    stop_reason: step.calls ? 'tool_use' : 'end_turn', stop_sequence: null, usage,
  };
  if (!body.stream) return json(response, message);
  const events = [['message_start', { message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } } }]];
  content.forEach((block, index) => {
    const start = block.type === 'tool_use' ? { ...block, input: {} } : { type: 'text', text: '' };
    const delta = block.type === 'tool_use'
      ? { type: 'input_json_delta', partial_json: JSON.stringify(block.input) }
      : { type: 'text_delta', text: block.text };
    events.push(['content_block_start', { index, content_block: start }]);
    events.push(['content_block_delta', { index, delta }]);
    events.push(['content_block_stop', { index }]);
  });
  events.push(['message_delta', { delta: { stop_reason: message.stop_reason, stop_sequence: null }, usage: { output_tokens: 24 } }]);
  events.push(['message_stop', {}]);
  stream(response, events, { 'request-id': newId('req') });
}

function textOf(content) {
  if (typeof content === 'string') return content;
  return (content ?? []).filter((block) => block.type === 'text' || block.type === 'input_text')
    .map((block) => block.text).join('\n');
}

// ---- OpenAI Responses

function answerResponses(body, scriptFor, response) {
  const input = Array.isArray(body.input) ? body.input : [];
  const tools = [];
  const namespaceOf = new Map();
  for (const tool of body.tools ?? []) {
    if (tool.type === 'namespace') {
      for (const inner of tool.tools ?? []) {
        tools.push(inner.name);
        namespaceOf.set(inner.name, tool.name);
      }
    } else if (tool.name) tools.push(tool.name);
  }
  // One answer's parallel calls stand next to each other; a result after them ends the answer.
  let answersWithCalls = 0;
  input.forEach((item, index) => {
    if (item.type === 'function_call' && input[index - 1]?.type !== 'function_call') answersWithCalls++;
  });
  const users = input.filter((item) => item.role === 'user').map((item) => textOf(item.content));
  const step = nextStep(scriptFor(users.join('\n'), body), answersWithCalls, tools);
  const output = step.calls
    ? step.calls.map((call) => ({
      type: 'function_call', id: newId('fc'), call_id: newId('call'), name: call.name,
      ...(namespaceOf.has(call.name) ? { namespace: namespaceOf.get(call.name) } : {}),
      arguments: JSON.stringify(call.arguments), status: 'completed',
    }))
    : [{ type: 'message', id: newId('msg'), role: 'assistant', status: 'completed',
      content: [{ type: 'output_text', text: step.text, annotations: [] }] }];
  const answer = {
    id: newId('resp'), object: 'response', model: body.model, status: 'in_progress', output: [], usage: null,
  };
  const events = [['response.created', { response: answer }]];
  output.forEach((item, index) => {
    events.push(['response.output_item.added', { output_index: index, item: { ...item, status: 'in_progress' } }]);
    events.push(['response.output_item.done', { output_index: index, item }]);
  });
  events.push(['response.completed', { response: { ...answer, status: 'completed', output, usage: {
    input_tokens: 120, input_tokens_details: { cached_tokens: 64 },
    output_tokens: 24, output_tokens_details: { reasoning_tokens: 8 }, total_tokens: 144 } } }]);
  stream(response, events, {});
}

// ---- HTTP

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function json(response, value) {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function stream(response, events, headers) {
  response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
  for (const [type, data] of events) {
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  }
  response.end();
}

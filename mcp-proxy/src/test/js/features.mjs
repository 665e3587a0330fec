// What the fixture server has: the tools, prompts and resources that the official conformance suite asks for.
import { createHmac, randomBytes } from 'node:crypto';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';
const KEY = randomBytes(32);
const pause = ms => new Promise(done => setTimeout(done, ms));
const text = words => ({ content: [{ type: 'text', text: words }] });
const object = (properties, required) => ({ type: 'object', properties, ...(required && { required }) });
const form = (message, properties, required) => ({ message, requestedSchema: object(properties, required) });
const elicit = (message, properties, required) => ({ method: 'elicitation/create', params: form(message, properties, required) });
const sample = (words, maxTokens) => ({
  method: 'sampling/createMessage',
  params: { messages: [{ role: 'user', content: { type: 'text', text: words } }], maxTokens },
});
const roots = { method: 'roots/list', params: {} };
const name = elicit('What is your name?', { name: { type: 'string' } }, ['name']);

const sign = payload => `${payload}.${createHmac('sha256', KEY).update(payload).digest('hex')}`;
const genuine = state => typeof state === 'string' && sign(state.slice(0, state.lastIndexOf('.'))) === state;
const answered = (ctx, key) => ctx.responses?.[key] !== null && typeof ctx.responses?.[key] === 'object';

/** Asks until every key has an answer, whichever era: `ask` of the context knows how. */
async function all(ctx, wanted, state) {
  const missing = Object.keys(wanted).filter(key => !answered(ctx, key));
  return missing.length ? ctx.ask(wanted, state) : ctx.responses;
}

const WORDS = object({});

/** name → [input schema, behaviour(arguments, ctx)] */
export const tools = {
  test_simple_text: [WORDS, () => text('This is a simple text response for testing.')],
  test_image_content: [WORDS, () => ({ content: [{ type: 'image', data: PNG, mimeType: 'image/png' }] })],
  test_audio_content: [WORDS, () => ({ content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }] })],
  test_embedded_resource: [WORDS, () => ({
    content: [{ type: 'resource', resource: {
      uri: 'test://embedded-resource', mimeType: 'text/plain', text: 'This is an embedded resource content.' } }],
  })],
  test_multiple_content_types: [WORDS, () => ({
    content: [
      { type: 'text', text: 'Multiple content types test:' },
      { type: 'image', data: PNG, mimeType: 'image/png' },
      { type: 'resource', resource: {
        uri: 'test://mixed-content-resource', mimeType: 'application/json', text: '{"test":"data","value":123}' } },
    ],
  })],
  test_tool_with_logging: [WORDS, async (_, ctx) => {
    ctx.log('info', 'Tool execution started');
    await pause(50);
    ctx.log('info', 'Tool processing data');
    await pause(50);
    ctx.log('info', 'Tool execution completed');
    return text('Logged three times.');
  }],
  test_logging_tool: [WORDS, (_, ctx) => {
    ctx.log('info', 'A line that only those get who asked');
    return text('Logged.');
  }],
  test_tool_with_progress: [WORDS, async (_, ctx) => {
    ctx.progress(0, 100);
    await pause(50);
    ctx.progress(50, 100);
    await pause(50);
    ctx.progress(100, 100);
    return text('Done in three steps.');
  }],
  test_error_handling: [WORDS, () => ({ ...text('This tool intentionally returns an error for testing'), isError: true })],
  test_sampling: [object({ prompt: { type: 'string' } }, ['prompt']), async (args, ctx) => {
    const got = await all(ctx, { answer: sample(args.prompt, 100) });
    return text(`LLM response: ${got.answer.content?.text}`);
  }],
  test_elicitation: [object({ message: { type: 'string' } }, ['message']), async (args, ctx) => {
    const got = await all(ctx, { user: elicit(args.message, {
      username: { type: 'string', description: "User's response" },
      email: { type: 'string', description: "User's email address" } }, ['username', 'email']) });
    return text(`User response: action: ${got.user.action}, content: ${JSON.stringify(got.user.content)}`);
  }],
  test_elicitation_sep1034_defaults: [WORDS, async (_, ctx) => {
    const got = await all(ctx, { user: elicit('Please check the defaults', {
      name: { type: 'string', default: 'John Doe' },
      age: { type: 'integer', default: 30 },
      score: { type: 'number', default: 95.5 },
      status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
      verified: { type: 'boolean', default: true } }) });
    return text(`Elicitation completed: action=${got.user.action}, content=${JSON.stringify(got.user.content)}`);
  }],
  test_elicitation_sep1330_enums: [WORDS, async (_, ctx) => {
    const choices = (...pairs) => pairs.map(([value, title]) => ({ const: value, title }));
    const got = await all(ctx, { user: elicit('Please choose', {
      untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
      titledSingle: { type: 'string', oneOf: choices(['value1', 'First Option'], ['value2', 'Second Option'], ['value3', 'Third Option']) },
      legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['Option One', 'Option Two', 'Option Three'] },
      untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
      titledMulti: { type: 'array', items: { anyOf: choices(['value1', 'First Choice'], ['value2', 'Second Choice'], ['value3', 'Third Choice']) } } }) });
    return text(`Elicitation completed: action=${got.user.action}, content=${JSON.stringify(got.user.content)}`);
  }],
  test_mirrored_argument: [object({ region: { type: 'string', 'x-mcp-header': 'Region' } }), args => text(`In ${args.region}.`)],
  json_schema_2020_12_tool: [{
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    $defs: { address: object({ street: { type: 'string' }, city: { type: 'string' } }) },
    properties: { name: { type: 'string' }, address: { $ref: '#/$defs/address' } },
    additionalProperties: false,
  }, args => text(JSON.stringify(args))],
  test_missing_capability: [WORDS, (_, ctx) => {
    ctx.need('sampling');
    return text('You can sample.');
  }],
  test_streaming_elicitation: [WORDS, async (_, ctx) => {
    ctx.progress(1, 2);
    const got = await all(ctx, { user_name: name });
    return text(`Hello, ${got.user_name.content?.name}!`);
  }],
  test_trigger_tool_change: [WORDS, (_, ctx) => {
    ctx.change('tools');
    return text('The list of tools has changed.');
  }],
  test_trigger_prompt_change: [WORDS, (_, ctx) => {
    ctx.change('prompts');
    return text('The list of prompts has changed.');
  }],
  test_input_required_result_elicitation: [WORDS, async (_, ctx) => {
    const got = await all(ctx, { user_name: name });
    return text(`Hello, ${got.user_name.content?.name}!`);
  }],
  test_input_required_result_sampling: [WORDS, async (_, ctx) => {
    const got = await all(ctx, { capital_question: sample('What is the capital of France?', 100) });
    return text(`The answer: ${got.capital_question.content?.text}`);
  }],
  test_input_required_result_list_roots: [WORDS, async (_, ctx) => {
    const got = await all(ctx, { client_roots: roots });
    return text(`Roots: ${got.client_roots.roots?.map(root => root.uri).join(', ')}`);
  }],
  test_input_required_result_request_state: [WORDS, async (_, ctx) => {
    await all(ctx, { confirm: elicit('Please confirm', { ok: { type: 'boolean' } }, ['ok']) }, sign('confirm'));
    return genuine(ctx.state) ? text('state-ok') : text('state lost');
  }],
  test_input_required_result_multiple_inputs: [WORDS, async (_, ctx) => {
    const got = await all(ctx, { user_name: name, greeting: sample('Generate a greeting', 50), client_roots: roots }, sign('several'));
    return text(`${got.greeting.content?.text} ${got.user_name.content?.name}, ${got.client_roots.roots?.length} roots`);
  }],
  test_input_required_result_multi_round: [WORDS, async (_, ctx) => {
    if (!ctx.state || ctx.state.startsWith('one.')) {
      await all(ctx, { step1: elicit('Step 1: What is your name?', { name: { type: 'string' } }, ['name']) }, sign('one'));
      ctx.responses = undefined;
    }
    const got = await all(ctx, { step2: elicit('Step 2: What is your favorite color?', { color: { type: 'string' } }, ['color']) }, sign('two'));
    return text(`Your color is ${got.step2.content?.color}`);
  }],
  test_input_required_result_tampered_state: [WORDS, async (_, ctx) => {
    if (ctx.state !== undefined && !genuine(ctx.state)) {
      throw ctx.error(-32602, 'requestState fails its integrity check');
    }
    await all(ctx, { confirm: elicit('Please confirm', { ok: { type: 'boolean' } }, ['ok']) }, sign('guarded'));
    return text('state-ok');
  }],
  test_input_required_result_capabilities: [WORDS, async (_, ctx) => {
    const wanted = {};
    if (ctx.capabilities.elicitation) wanted.user_name = name;
    if (ctx.capabilities.sampling) wanted.greeting = sample('Generate a greeting', 50);
    if (ctx.capabilities.roots) wanted.client_roots = roots;
    await all(ctx, wanted);
    return text('All that you can answer was answered.');
  }],
};

const user = content => ({ role: 'user', content });

/** name → [arguments, behaviour(arguments, ctx)] */
export const prompts = {
  test_simple_prompt: [[], () => [user({ type: 'text', text: 'This is a simple prompt for testing.' })]],
  test_prompt_with_arguments: [['arg1', 'arg2'], args => [
    user({ type: 'text', text: `Prompt with arguments: arg1='${args.arg1}', arg2='${args.arg2}'` })]],
  test_prompt_with_embedded_resource: [['resourceUri'], args => [
    user({ type: 'resource', resource: { uri: args.resourceUri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' } }),
    user({ type: 'text', text: 'Please process the embedded resource above.' })]],
  test_prompt_with_image: [[], () => [
    user({ type: 'image', data: PNG, mimeType: 'image/png' }),
    user({ type: 'text', text: 'Please analyze the image above.' })]],
  test_input_required_result_prompt: [[], async (_, ctx) => {
    const got = await all(ctx, {
      user_context: elicit('What context should the prompt use?', { context: { type: 'string' } }, ['context']) });
    return [user({ type: 'text', text: `Context: ${got.user_context.content?.context}` })];
  }],
};

export const resources = {
  'test://static-text': { mimeType: 'text/plain', text: 'This is the content of the static text resource.' },
  'test://static-binary': { mimeType: 'image/png', blob: PNG },
  'test://watched-resource': { mimeType: 'text/plain', text: 'Watched.' },
};

export const template = 'test://template/{id}/data';

export function read(uri) {
  if (resources[uri]) return { uri, ...resources[uri] };
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
  return id && {
    uri, mimeType: 'application/json', text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }) };
}

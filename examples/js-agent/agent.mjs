// An ordinary agent: the openai package for the model, @modelcontextprotocol/sdk for the tools.
// The only thing the gateway changes is where both clients connect.
import OpenAI from 'openai';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const gateway = process.env.SPANGATE_URL || 'http://127.0.0.1:8080';
const turns = [
  'What will the weather be in Paris and in Rome tomorrow, and do I have time to travel?'
    + ' Mail the answer to bob and write it down.',
  'Thanks! And what about Oslo?',
];

const openai = new OpenAI({
  baseURL: `${gateway}/openai/v1`,
  apiKey: process.env.OPENAI_API_KEY || 'the-gateway-has-the-key',
});
const mcp = new Client({ name: 'travel-agent', version: '1.0.0' });
await mcp.connect(new StreamableHTTPClientTransport(new URL(`${gateway}/mcp`)));

/** What the agent runs itself, without any MCP server. */
const own = {
  read_calendar: {
    description: "The user's appointments of a day.",
    parameters: { type: 'object', properties: { day: { type: 'string' } }, required: ['day'] },
    run: () => '09:00 stand-up; 18:00 train to the airport',
  },
};

const tools = [
  ...(await mcp.listTools()).tools.map(({ name, description, inputSchema }) => (
    { type: 'function', function: { name, description, parameters: inputSchema } })),
  ...Object.entries(own).map(([name, { description, parameters }]) => (
    { type: 'function', function: { name, description, parameters } })),
];
const messages = [{ role: 'system', content: 'You are a travel agent. Be brief.' }];

for (const turn of turns) {
  console.log(`> ${turn}`);
  console.log(`${await ask(turn)}\n`);
}
await mcp.close();

/** One user turn: from the user's message to the final answer. */
async function ask(text) {
  messages.push({ role: 'user', content: text });
  for (;;) {
    const answer = await next();
    messages.push(answer);
    if (!answer.tool_calls?.length) return answer.content;
    messages.push(...await Promise.all(answer.tool_calls.map(async (call) => (
      { role: 'tool', tool_call_id: call.id, content: await run(call.function) }))));
  }
}

async function next() {
  const stream = openai.chat.completions.stream({
    model: process.env.MODEL || 'gpt-4.1-mini', messages, tools,
  });
  const { role, content, tool_calls } = (await stream.finalChatCompletion()).choices[0].message;
  return tool_calls?.length ? { role, content, tool_calls } : { role, content };
}

async function run({ name, arguments: json }) {
  const input = JSON.parse(json);
  if (own[name]) return own[name].run(input);
  const { content } = await mcp.callTool({ name, arguments: input });
  return content.filter((part) => part.type === 'text').map((part) => part.text).join('\n');
}

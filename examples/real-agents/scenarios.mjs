// What each scenario's agents do: prompts, the model's script and the number of links expected.
const BOTH_SERVERS = [
  { tool: 'web_echo', arguments: { message: 'hello from the gateway' } },
  { tool: 'local_get-sum', arguments: { a: 2, b: 3 } },
];
const EQUAL_CALLS = [
  { tool: 'web_echo', arguments: { message: 'the same words' } },
  { tool: 'web_echo', arguments: { message: 'the same words' } },
];
const OWN_TOOL = [{ tool: 'Bash', arguments: { command: 'echo written-by-the-agent-itself', description: 'Print a line' } }];
const SUBAGENT_PROMPT = 'Please add the numbers twenty and twenty-two with the sum tool, then report the total in one line.';
const SPAWN = [{ tool: 'Agent', arguments: { description: 'Add numbers', prompt: SUBAGENT_PROMPT, subagent_type: 'general-purpose', run_in_background: false } }];

/** Steps of the conversation that begins with this user text. */
function script(firstUser) {
  if (firstUser.includes(SUBAGENT_PROMPT)) return [[{ tool: 'local_get-sum', arguments: { a: 20, b: 22 } }], 'The total is 42.'];
  if (firstUser.includes('Delegate')) return [SPAWN, BOTH_SERVERS, 'The helper says 42.'];
  return [BOTH_SERVERS, EQUAL_CALLS, OWN_TOOL, 'All done.'];
}

/** Codex has no Bash and no sub-agent here: its own tools differ by version. */
function codexScript() {
  return [BOTH_SERVERS, EQUAL_CALLS, 'All done.'];
}

export const SCENARIOS = {
  claude: {
    about: 'Claude Code, one session: parallel calls over two servers, equal calls, a tool of its own',
    agents: [{ kind: 'claude', prompt: 'Use the tools, please.' }],
    agent: 'claude-code', script, executions: 4, inferred: 1,
  },
  'claude-subagent': {
    about: 'Claude Code with a sub-agent that calls a tool itself',
    agents: [{ kind: 'claude', prompt: 'Delegate the sum to a helper, then use the tools.' }],
    agent: 'claude-code', script, executions: 3, inferred: 1, subagent: true,
  },
  'claude-two-sessions': {
    about: 'two Claude Code sessions at once: same tools, same arguments',
    agents: [{ kind: 'claude', prompt: 'Use the tools, please.' }, { kind: 'claude', prompt: 'Use the tools, please.' }],
    agent: 'claude-code', script, executions: 8, inferred: 2,
  },
  codex: {
    about: 'Codex over the Responses API: parallel calls over two servers, equal calls',
    agents: [{ kind: 'codex', prompt: 'Use the tools, please.' }],
    agent: 'codex', script: codexScript, executions: 4, inferred: 0,
  },
};

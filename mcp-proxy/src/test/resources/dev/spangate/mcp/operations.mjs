// The operations that both SDK generations offer under the same names.
export async function runOperations(newClient, transports) {
    const task = JSON.parse(process.argv[2]);
    const client = newClient(task);
    const { target } = task;
    const transport = target.command
        ? transports.stdio({ command: target.command, args: target.args, env: { ...process.env, ...target.env }, stderr: 'ignore' })
        : transports[target.type](new URL(target.url));
    await client.connect(transport);
    const calls = {
        'tools/list': () => client.listTools(),
        'tools/call': params => client.callTool(params),
        'prompts/list': () => client.listPrompts(),
        'prompts/get': params => client.getPrompt(params),
        'resources/list': () => client.listResources(),
        'resources/templates/list': () => client.listResourceTemplates(),
        'resources/read': params => client.readResource(params),
        'completion/complete': params => client.complete(params),
    };
    const results = [];
    for (const { method, params } of task.operations) {
        try {
            results.push(await calls[method](params));
        } catch (error) {
            results.push({ error: { code: error.code ?? null, message: String(error.message) } });
        }
    }
    process.stdout.write(JSON.stringify(results));
    await client.close().catch(() => {});
    process.exit(0);
}

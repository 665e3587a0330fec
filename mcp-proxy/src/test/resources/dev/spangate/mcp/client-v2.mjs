// Runs MCP operations with the TypeScript SDK 2.x, in the era asked for, and prints their results as one JSON array.
import { Client, StreamableHTTPClientTransport, SSEClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { runOperations } from './operations.mjs';

await runOperations(
    task => new Client({ name: 'ts-v2', version: '1' }, {
        capabilities: {},
        versionNegotiation: { mode: task.era === 'modern' ? { pin: '2026-07-28' } : 'legacy' },
    }),
    { http: url => new StreamableHTTPClientTransport(url), sse: url => new SSEClientTransport(url), stdio: spec => new StdioClientTransport(spec) });

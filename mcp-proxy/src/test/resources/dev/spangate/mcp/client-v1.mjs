// Runs MCP operations with the TypeScript SDK 1.x and prints their results as one JSON array.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { runOperations } from './operations.mjs';

await runOperations(
    () => new Client({ name: 'ts-v1', version: '1' }, { capabilities: {} }),
    { http: url => new StreamableHTTPClientTransport(url), sse: url => new SSEClientTransport(url), stdio: spec => new StdioClientTransport(spec) });

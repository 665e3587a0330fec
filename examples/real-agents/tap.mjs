// A tap between the agents and the gateway: relays every byte and writes down what the agents send.
// Secrets of a real account would be in it: it only listens on loopback and never prints.
import { createServer, request as send } from 'node:http';
import { appendFileSync } from 'node:fs';

/** Starts the tap before the gateway's port; one JSON line per request goes into `file`. */
export async function startTap(gatewayPort, file) {
  const server = createServer((request, response) => {
    const chunks = [];
    const upstream = send({ host: '127.0.0.1', port: gatewayPort, method: request.method, path: request.url, headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        note(file, request, chunks, answer); // now: agents may leave before the answer's end
        answer.pipe(response);
      });
    request.on('data', (chunk) => chunks.push(chunk));
    request.pipe(upstream);
    response.on('close', () => upstream.destroy());
    upstream.on('error', () => response.destroy());
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return { port: server.address().port, close: () => server.close() };
}

function note(file, request, chunks, answer) {
  const text = Buffer.concat(chunks).toString('utf8');
  let body = text;
  try {
    body = JSON.parse(text);
  } catch { /* not JSON: kept as text */ }
  appendFileSync(file, `${JSON.stringify({ method: request.method, path: request.url, headers: request.headers, body, status: answer.statusCode })}\n`);
}

import { type AddressInfo, createServer } from 'node:net';

/** A server that nobody named: whatever reaches it left for a foreign origin. */
export interface Decoy {
  readonly url: string;
  /** Connections since the last call, each with the bytes that it brought. */
  take(): string[];
  close(): void;
}

export async function startDecoy(): Promise<Decoy> {
  let seen: { bytes: string }[] = [];
  const server = createServer((socket) => {
    const connection = { bytes: '' };
    seen.push(connection);
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      connection.bytes += data.toString('latin1');
      // A token would let the run send its next request.
      const body = '{"access_token":"decoy","token_type":"Bearer","expires_in":3600}';
      socket.end(
        `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = seen.map(({ bytes }) => bytes);
      seen = [];
      return taken;
    },
    close: () => void server.close(),
  };
}

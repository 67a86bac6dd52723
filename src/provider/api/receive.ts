import type { Request } from 'got';
import { inMegabytes, jsonExcess, measureJson } from '../model/json-size.js';
import { LARGEST_BODIES, LARGEST_BODY } from '../model/limits.js';
import type { HttpResponse } from './response.js';
import type { RunLimits } from './run-limits.js';

/** A response that exceeds a limit. It was not read to its end, or not parsed. */
export class ExcessiveResponse extends Error {
  /** @param excess end of a sentence about the response: "is larger than 16 MB" */
  constructor(readonly excess: string) {
    super(`the response ${excess}`);
  }
}

/**
 * Returns a function that reads responses within the limits of one connection. A response that the run keeps is counted
 * under the name of its request.
 * @throws ExcessiveResponse; the client's own error if the connection fails
 */
export function receiver(limits: RunLimits): (stream: Request, keptAs: string | undefined) => Promise<HttpResponse> {
  let receiving = 0;

  /** Reads a body as it is after decompression: a few kilobytes may decompress to gigabytes. */
  async function readText(stream: Request): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        size += chunk.length;
        receiving += chunk.length;
        if (size > LARGEST_BODY) throw new ExcessiveResponse(`is larger than ${inMegabytes(LARGEST_BODY)}`);
        if (receiving > LARGEST_BODIES)
          throw new ExcessiveResponse(`and those at the same time are larger than ${inMegabytes(LARGEST_BODIES)}`);
        chunks.push(chunk);
      }
    } finally {
      receiving -= size;
      stream.destroy();
    }
    return Buffer.concat(chunks).toString();
  }

  return async (stream, keptAs) => {
    const text = await readText(stream);
    const size = measureJson(text);
    const excess = jsonExcess(size) ?? (keptAs === undefined ? undefined : limits.keep(keptAs, size.weight));
    if (excess) throw new ExcessiveResponse(excess);
    const { statusCode: status, headers } = stream.response!;
    return { status, contentType: headers['content-type'] ?? '', text, retryAfter: headers['retry-after'] };
  };
}

import type { Server, ServerDuplexStream, ServerUnaryCall, ServerWritableStream, sendUnaryData } from '@grpc/grpc-js';
import { controlMethods, serviceOf } from '../protocol/methods.js';

const SERVING = 1;

/** What stays open until the end of the process. */
export interface OpenStreams {
  /** Ends them, so that the server can close. */
  end(): void;
}

/**
 * go-plugin's own services: health, controller, stdio, broker.
 * @param shutdown called after Terraform's request to end has been answered
 */
export function addControlServices(server: Server, shutdown: () => void): OpenStreams {
  const { health, controller, stdio, broker } = controlMethods;
  const streams = new Set<ServerWritableStream<object, object> | ServerDuplexStream<object, object>>();
  const hold = (stream: ServerWritableStream<object, object> | ServerDuplexStream<object, object>) => {
    streams.add(stream);
    const forget = () => streams.delete(stream);
    stream.once('cancelled', forget).once('close', forget);
  };
  server.addService(serviceOf(health.path, health.methods), {
    Check: (_: unknown, answer: sendUnaryData<object>) => answer(null, { status: SERVING }),
  });
  server.addService(serviceOf(controller.path, controller.methods), {
    Shutdown(_: ServerUnaryCall<object, object>, answer: sendUnaryData<object>) {
      answer(null, {});
      setImmediate(shutdown);
    },
  });
  server.addService(serviceOf(stdio.path, stdio.methods), { StreamStdio: hold });
  server.addService(serviceOf(broker.path, broker.methods), {
    StartStream(stream: ServerDuplexStream<object, object>) {
      hold(stream);
      stream.on('data', () => undefined).once('end', () => stream.end());
    },
  });
  return {
    end() {
      for (const stream of streams) stream.end();
      streams.clear();
    },
  };
}

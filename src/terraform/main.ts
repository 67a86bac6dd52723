#!/usr/bin/env node
import { servePlugin } from './plugin/serve.js';
import { providerRpcs } from './rpc/provider-rpcs.js';

void servePlugin((log) => providerRpcs(process.env, log));

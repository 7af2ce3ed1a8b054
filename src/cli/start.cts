#!/usr/bin/env node
/**
 * Where the program begins. The number of libuv's threads, on which @ronomon/reed-solomon codes, is
 * fixed when the first of them is used, and loading an ES module is such a use: it is set here, in
 * CommonJS, before there is one. What the caller has set stands.
 */
import os = require('node:os')

const fewest = 4
process.env.UV_THREADPOOL_SIZE ??= String(Math.max(fewest, os.availableParallelism()))
void import('./main.js')

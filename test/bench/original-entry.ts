import { dockerCli } from '../fixture/docker-cli.ts';
import { original } from '../peers/original.ts';

/** `original-entry.ts HOST RUN CONTAINER TAG`: prints what the algorithm of 2015 took, as JSON. */
const [host = '', run = '', container = '', tag = ''] = process.argv.slice(2);
try {
  console.log(JSON.stringify(await original({ docker: dockerCli(host, run), container, tag })));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

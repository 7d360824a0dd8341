import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PrometheusClient, parseAddress } from '../../../collectors/prometheus/index.ts';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { deadAddress, localServers } from '../../support/http.ts';

const test = suite('ask a Prometheus');
const empty = '{"status":"success","data":{"resultType":"vector","result":[]}}';

const serve = localServers(test);

const client = (url: string, token = '', deadlineMs = 5000, limit = 2 ** 20) =>
  new PrometheusClient(parseAddress(url, token), deadlineMs, limit);

async function whyNot(answer: Promise<unknown>): Promise<string> {
  try {
    await answer;
  } catch (error) {
    assert.instance(error, WarpwatchError);
    return error instanceof WarpwatchError ? error.message : '';
  }
  return 'it answered';
}

test('a query is posted below the path of the address, with the password of the address', async () => {
  const seen: string[] = [];
  const url = await serve((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? 'nobody'} ${body}`);
      response.end(empty);
    });
  });
  const named = url.replace('http://', 'http://ada:p%40ss@');
  assert.is(await client(`${named}/prometheus/`).instant('up{job="a"}'), empty);
  await client(url, ' a.b-c \n').range('up', 1, 2.5, 15);
  assert.equal(seen, [
    `POST /prometheus/api/v1/query Basic ${Buffer.from('ada:p@ss').toString('base64')} query=up%7Bjob%3D%22a%22%7D`,
    'POST /api/v1/query_range Bearer a.b-c query=up&start=1&end=2.5&step=15',
  ]);
});

test('an address is shown without its password, and one that is none is not shown', () => {
  assert.is(parseAddress('http://ada:secret@h:9090/p/', '').shown, 'http://h:9090/p');
  for (const wrong of ['secret', 'ftp://ada:secret@h', 'http://ada:secret@', '/file']) {
    assert.throws(
      () => parseAddress(wrong, ''),
      (error: unknown) => error instanceof WarpwatchError && !error.message.includes('secret'),
      wrong,
    );
  }
  assert.throws(() => parseAddress('http://h', 'a\nb'), /WARPWATCH_PROMETHEUS_TOKEN/);
});

test('statuses and bodies that are no answer are told apart', async () => {
  const url = await serve((request, response) => {
    const [, status = '', kind] = /^\/(\d+)(json)?/.exec(request.url ?? '') ?? [];
    response.writeHead(Number(status));
    response.end(kind ? '{"status":"error","error":"query timed out"}' : '<html>no</html>');
  });
  const why = (path: string, token = '') => whyNot(client(`${url}/${path}`, token).instant('up'));
  assert.match(await why('401'), /asks who you are \(401\); give user and password/);
  assert.match(await why('403', 'mine'), /refuses the password or token \(403\)/);
  assert.match(await why('404'), /has no \/api\/v1\/query \(404\)/);
  assert.match(await why('422json'), /refuses the query \(422\): query timed out/);
  assert.match(await why('503'), /not ready or overloaded \(503\)/);
  assert.match(await why('503json'), /refuses the query \(503\): query timed out/);
  assert.match(await why('418'), /status 418; is it a Prometheus/);
  assert.not.match(await why('403', 'mine'), /mine/);
});

test('a redirect is followed on the same server alone, and not for ever', async () => {
  let elsewhere = 0;
  const other = await serve((_, response) => {
    elsewhere += 1;
    response.end(empty);
  });
  const url = await serve((request, response) => {
    const to: Readonly<Record<string, string>> = {
      '/moved/api/v1/query': '/new/api/v1/query',
      '/away/api/v1/query': `${other}/api/v1/query`,
      '/odd/api/v1/query': 'http://[',
      '/round/api/v1/query': '/round/api/v1/query',
    };
    const location = to[request.url ?? ''];
    if (location === undefined) response.end(request.method === 'POST' ? empty : 'not posted');
    else response.writeHead(307, { location }).end();
  });
  assert.is(await client(`${url}/moved`).instant('up'), empty);
  assert.match(await whyNot(client(`${url}/away`, 'mine').instant('up')), /points to http:\/\/127/);
  assert.is(elsewhere, 0);
  assert.match(await whyNot(client(`${url}/odd`).instant('up')), /no address/);
  assert.match(await whyNot(client(`${url}/round`).instant('up')), /from one address to the next/);
});

test('a server that is slow, endless, broken off or gone is given up', async () => {
  const url = await serve((request, response) => {
    if (request.url?.startsWith('/slow')) response.write('{');
    else if (request.url?.startsWith('/broken')) {
      response.writeHead(200, { 'content-length': '99' });
      response.write('{', () => response.destroy());
    } else if (request.url?.startsWith('/endless')) {
      const mebibyte = Buffer.alloc(2 ** 20, 32);
      const write = () => {
        while (!response.destroyed && response.write(mebibyte));
      };
      response.on('drain', write);
      write();
    }
  });
  const why = (path: string) => whyNot(client(`${url}/${path}`, '', 100).instant('up'));
  assert.match(await why('never'), /not answered within 0.1 s/);
  assert.match(await why('slow'), /not answered within 0.1 s/);
  assert.match(await whyNot(client(`${url}/broken`).instant('up')), /broke the connection off/);
  assert.match(
    await whyNot(client(`${url}/endless`).instant('up')),
    /more than 1 MiB; narrow it with --match/,
  );
  assert.match(await whyNot(client(url.replace('http', 'https')).instant('up')), /speaks no TLS/);
  assert.match(await whyNot(client(await deadAddress()).instant('up')), /Nothing listens at http:\/\/127/);
  assert.match(
    await whyNot(client('http://no-such-host.invalid').instant('up')),
    /name in http:.* (?:not known|cannot be looked up)/,
  );
});

test('closing ends what is under way', async () => {
  const url = await serve(() => {});
  const own = client(url, '', 60_000);
  const answer = whyNot(own.instant('up'));
  own.close();
  assert.is.not(await answer, 'it answered');
});

test.run();

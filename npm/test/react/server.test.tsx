/** What a server renders, and how the browser takes it over. */
import { createClient } from '@mote/presence';
import {
  MoteProvider,
  RoomProvider,
  type SeedUser,
  useCount,
  useMyPresence,
  useOthers,
  useRoom,
  useSelf,
  useStatus,
} from '@mote/presence/react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, expect, it, vi } from 'vitest';
import { newRoom, Other, pageClient, PageSocket, until } from './support.js';

afterEach(() => vi.unstubAllGlobals());

const SEED: SeedUser[] = [{ connectionId: 0, name: 'Ada', color: '#7c3aed', presence: { tool: 'pen' } }];

function Page() {
  const names = useOthers((others) => others.map((user) => user.name).join());
  const [presence] = useMyPresence<{ tool: string }>();
  const facts = [useStatus(), useCount(), useSelf()?.name ?? 'nobody', presence.tool, useRoom().id];
  return <p>{`${names} ${facts.join(' ')}`}</p>;
}

function App({ client, id }: { client: ReturnType<typeof pageClient>; id: string }) {
  return (
    <MoteProvider client={client}>
      <RoomProvider<{ tool: string }>
        id={id}
        name="Page"
        initialPresence={{ tool: 'text' }}
        initialOthers={SEED}
        initialCount={2}
      >
        <Page />
      </RoomProvider>
    </MoteProvider>
  );
}

it('hooks give what is known before there is a page, and nothing is entered', () => {
  vi.stubGlobal('window', undefined);
  const client = createClient<{ [key: string]: any }>({ url: '/ws' });
  expect(renderToString(<App client={client} id="plan" />)).toBe(
    '<p>Ada initial 2 nobody text plan</p>',
  );
  expect(client.getRoom('plan')).toBeNull();
});

it('"who is here" from the server is taken over without a mismatch and without a flash', async () => {
  const id = newRoom();
  const other = await Other.in(id, 'Ada');
  const node = document.body.appendChild(document.createElement('div'));
  node.innerHTML = renderToString(<App client={pageClient()} id={id} />);
  expect(node.textContent).toContain('Ada initial 2');
  const texts: string[] = [];
  const look = () => texts.push(node.textContent?.split(' ')[0] ?? '');
  new MutationObserver(look).observe(node, { subtree: true, characterData: true, childList: true });
  const problems: unknown[] = [];
  const root = hydrateRoot(node, <App client={pageClient()} id={id} />, {
    onRecoverableError: (error) => problems.push(error),
  });
  await until('it is live', () => node.textContent === `Ada connected 2 Page text ${id}`);
  expect(problems).toEqual([]);
  expect(new Set(texts), 'Ada was there all the time').toEqual(new Set(['Ada']));
  expect(PageSocket.opened).toHaveLength(1);
  await until('the other has heard of it', () => other.joined > 0);
  expect(other.joined).toBe(1);
  root.unmount();
  node.remove();
});

import { Board } from './board';

const NOTES = [
  { title: 'Move your mouse', text: 'Everyone who has this page open sees your cursor, by name.' },
  { title: 'Open a second window', text: 'Side by side the same page has two people on it.' },
  { title: 'Resize one of them', text: 'Positions are fractions of this board, so they are right.' },
];

export default function Page() {
  return (
    <Board>
      <h1>You are not alone on this page.</h1>
      <ul className="notes">
        {NOTES.map(({ title, text }) => (
          <li key={title}>
            <h2>{title}</h2>
            <p>{text}</p>
          </li>
        ))}
      </ul>
    </Board>
  );
}

"use client";

export function Form({ action }) {
  return <button onClick={() => action()}>mark</button>;
}

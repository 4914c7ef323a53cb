/** The picture of the seats: all of them, in the picture, and none of a few lost along the arc. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { halfCircle } from "../../client_demo/pages/seats.js";

const DOT = 0.36; // the radius of a dot, in spacings

for (const count of [1, 2, 3, 4, 5, 6, 11, 12, 13, 50, 100, 333, 500]) {
  test(`${count} seats are in the picture, mirrored, and do not touch`, () => {
    const { spacing, places } = halfCircle(count);

    assert.equal(places.length, count);
    for (const { x, y } of places) {
      assert.ok(x - DOT * spacing >= 0 && x + DOT * spacing <= 640, `x ${x}`);
      assert.ok(y - DOT * spacing >= 0 && y + DOT * spacing <= 336, `y ${y}`);
    }
    const middle = places.reduce((sum, { x }) => sum + x, 0) / count;
    assert.ok(Math.abs(middle - 320) < 0.01, `middle ${middle}`);
    assert.ok(nearest(places) > 2 * DOT * spacing);
  });
}

for (const count of [2, 3, 4, 5, 6]) {
  test(`${count} seats stand together`, () => {
    const { spacing, places } = halfCircle(count);

    const gaps = places.slice(1).map((place, index) => distance(place, places[index]));
    assert.ok(Math.max(...gaps) <= 1.3 * spacing);
  });
}

function nearest(places) {
  let least = Infinity;
  places.forEach((one, index) => {
    for (const other of places.slice(index + 1)) least = Math.min(least, distance(one, other));
  });
  return least;
}

function distance(one, other) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

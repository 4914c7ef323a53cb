/** The seats of a room as a half circle before the stage, filled from the left like a gauge. */

const SVG = "http://www.w3.org/2000/svg";
const CENTRE_X = 320;
const CENTRE_Y = 306;
const OUTER = 300;
const INNER = 128; // room for the figure in the middle
const MOST_DOTS = 500;
const LARGEST_SPACING = 80;
const FEW_SEATS = 4;
const SPACING_OF_FEW = 120;
const WIDEST_GAP = 1.25; // in spacings: few seats stand together in the middle, not lost along the arc
const SEATS_PER_ROW_AND_ROW = 6; // rows grow with the square root: a small house is an arc, not a column

/** @param {number} seats */
export function seatsPerDot(seats) {
  return stepOf(seats, MOST_DOTS);
}

/**
 * How many things one dot stands for: a step of 1, 2, 5, so that it can be said in words.
 *
 * @param {number} things
 * @param {number} most - dots
 */
export function stepOf(things, most) {
  let magnitude = 1;
  for (;;) {
    const step = [1, 2, 5].map((digit) => digit * magnitude).find((each) => things / each <= most);
    if (step) return step;
    magnitude *= 10;
  }
}

/**
 * Places for `count` dots in rows of a half circle, in the order of their angle.
 *
 * @param {number} count
 * @returns {{spacing: number, places: {x: number, y: number}[]}}
 */
export function halfCircle(count) {
  if (count === 0) return { spacing: LARGEST_SPACING, places: [] };
  let spacing = count <= FEW_SEATS ? SPACING_OF_FEW : LARGEST_SPACING;
  const most = Math.max(1, Math.round(Math.sqrt(count / SEATS_PER_ROW_AND_ROW)));
  while (roomFor(rows(spacing, most), spacing) < count) spacing *= 0.985;
  const radii = rows(spacing, most);
  const share = count / roomFor(radii, spacing);
  /** @type {{angle: number, x: number, y: number}[]} */
  const places = [];
  let owed = 0;
  radii.forEach((radius, index) => {
    owed += perRow(radius, spacing) * share;
    const last = index === radii.length - 1;
    const inRow = (last ? count : Math.round(owed)) - places.length;
    const widest = radii.length === 1 ? (WIDEST_GAP * spacing) / radius : Math.PI;
    const gap = Math.min(Math.PI / Math.max(1, inRow - 1), widest);
    for (let seat = 0; seat < inRow; seat += 1) places.push(place(radius, seat - (inRow - 1) / 2, gap));
  });
  // Seats of the two front rows' ends share an angle: they are filled from left to right as well.
  places.sort((a, b) => (Math.abs(a.angle - b.angle) < 1e-6 ? a.x - b.x : a.angle - b.angle));
  return { spacing, places };
}

/**
 * @param {number} spacing
 * @param {number} most
 * @returns {number[]} radii, the outermost first
 */
function rows(spacing, most) {
  const radii = [];
  for (let radius = OUTER - spacing / 2; radius >= INNER && radii.length < most; radius -= spacing) {
    radii.push(radius);
  }
  return radii;
}

/**
 * @param {number} radius
 * @param {number} spacing
 */
function perRow(radius, spacing) {
  return Math.floor((Math.PI * radius) / spacing) + 1;
}

/**
 * @param {number[]} radii
 * @param {number} spacing
 */
function roomFor(radii, spacing) {
  return radii.reduce((sum, radius) => sum + perRow(radius, spacing), 0);
}

/**
 * @param {number} radius
 * @param {number} seat - counted from the middle of its row
 * @param {number} gap - an angle
 */
function place(radius, seat, gap) {
  const angle = Math.PI / 2 + seat * gap;
  return { angle, x: CENTRE_X - radius * Math.cos(angle), y: CENTRE_Y - radius * Math.sin(angle) };
}

/** Draws the house into an SVG and changes only the dots that changed. */
export class SeatPicture {
  #svg;
  #drawn = -1;
  /** @type {SVGCircleElement[]} */
  #dots = [];

  /** @param {SVGElement} svg */
  constructor(svg) {
    this.#svg = svg;
  }

  /**
   * @param {{capacity: number, occupied: number, held: number}} room
   * @returns {number} how many seats one dot stands for
   */
  draw({ capacity, occupied, held }) {
    const all = Math.max(capacity, occupied + held); // a draining room has more people than seats
    const each = seatsPerDot(all);
    const count = Math.ceil(all / each);
    if (count !== this.#drawn) this.#arrange(count);
    this.#dots.forEach((dot, index) => paint(dot, kindOf(index * each, { capacity, occupied, held })));
    return each;
  }

  /** @param {number} count */
  #arrange(count) {
    this.#drawn = count;
    const { spacing, places } = halfCircle(count);
    while (this.#dots.length > count) this.#dots.pop()?.remove();
    while (this.#dots.length < count) this.#dots.push(this.#newDot());
    this.#dots.forEach((dot, index) => {
      dot.setAttribute("r", (spacing * 0.36).toFixed(2));
      dot.style.transform = `translate(${places[index].x.toFixed(1)}px, ${places[index].y.toFixed(1)}px)`;
    });
  }

  #newDot() {
    const dot = /** @type {SVGCircleElement} */ (document.createElementNS(SVG, "circle"));
    this.#svg.append(dot);
    return dot;
  }
}

/**
 * @param {number} seat - its number, from 0
 * @param {{capacity: number, occupied: number, held: number}} room
 */
function kindOf(seat, { capacity, occupied, held }) {
  if (seat >= capacity) return "over";
  if (seat < occupied) return "inside";
  return seat < occupied + held ? "held" : "free";
}

/**
 * @param {SVGCircleElement} dot
 * @param {string} kind
 */
function paint(dot, kind) {
  if (dot.getAttribute("class") !== kind) dot.setAttribute("class", kind);
}

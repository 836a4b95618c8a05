const $ = id => document.getElementById(id);
const shownAblations = 12, thumbsAtOnce = 12, mostClasses = 12, mostFields = 12, largestScale = 480;
const number = new Intl.NumberFormat('en', { maximumSignificantDigits: 6 });
/** The end of an interval, which is never rounded into it. */
const endOf = (value, beyond) => value === null ? 'no limit' : Math.abs(value) < 1000 ? `${value}` : beyond(value).toLocaleString('en');

/** The model; the row without changes, and the same with its answer; the question that is open. */
let model, origin = null, first = null, pending = null, timer = 0;

class Problem extends Error {
  constructor(status, detail, wait) {
    super(detail);
    Object.assign(this, { status, wait });
  }
}

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

async function fetchJson(path, options = {}) {
  const response = await fetch(path, options);
  const body = await response.json();
  if (!response.ok)
    throw new Problem(response.status, body.detail ?? body.title, Number(response.headers.get('Retry-After') ?? 0));
  return body;
}

const plural = count => count === 1 ? model.unit.one : model.unit.many;

/* ---- Asking ---- */

const busy = isBusy => $('answer').setAttribute('aria-busy', isBusy ? 'true' : 'false');

/** Asks about a row; who asks again before the answer is there takes back the first question, and the service stops. */
function ask(row, isFirst, delay = 150) {
  clearTimeout(timer);
  pending?.abort();
  if (isFirst)
    [origin, first] = [row, null];
  busy(true);
  forgetExplanation();
  const mine = pending = new AbortController();
  timer = setTimeout(() => answer(row, mine), delay);
}

const predict = (row, mine) => fetchJson(`predict?ablations=${model.kind === 'image' ? shownAblations : 0}`,
  { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(row), signal: mine.signal });

async function answer(row, mine) {
  try {
    // Who changes a row before its own answer is there gets that one too.
    const before = first?.answer ?? await predict(origin, mine);
    const now = row === origin ? before : await predict(row, mine);
    if (mine.signal.aborted)
      return;
    first = { row: origin, answer: before };
    $('problem').textContent = '';
    busy(false);
    show(now);
  } catch (problem) {
    if (problem.name === 'AbortError')
      return;
    $('problem').textContent = problem.status ? problem.message : `The service does not answer: ${problem.message}`;
    if (problem.wait)
      timer = setTimeout(() => answer(row, mine), 1000 * problem.wait);
    else
      busy(false);
  }
}

/* ---- The answer ---- */

const nameOf = given => 'score' in given ? number.format(given.score) : given.abstained ? 'no answer' : given.predictedLabel;

function show(now) {
  const name = nameOf(first.answer), changes = view.changes(now);
  $('label').textContent = name;
  $('label').classList.toggle('long', name.length > 9);
  $('label').classList.toggle('none', first.answer.abstained === true);
  $('certain').textContent = first.answer.certain;
  if ('score' in now)
    showIntervals(now, changes.size);
  else
    showVotes(now);
  showBudget(now, changes);
  if (now.ablations)
    showTiles(now);
}

/** What is changed of what may be, and what became of the answer. */
function showBudget(now, changes) {
  const isNumber = 'score' in now;
  const limit = isNumber ? finiteIntervals().length - 1 : first.answer.certifiedRadius ?? -1;
  const within = changes.size <= limit;
  $('counter').replaceChildren(...changes.counter(limit));
  const scale = Math.max(2 * Math.max(limit, 1), changes.size);
  $('fill').style.transform = `scaleX(${changes.size / scale})`;
  $('fill').classList.toggle('beyond', !within);
  $('limit').style.left = `${100 * Math.max(limit, 0) / scale}%`;
  const said = isNumber ? intervalVerdict(now, changes, within) : classVerdict(now, changes, limit, within);
  $('verdict').replaceChildren(...said);
  $('live').textContent = `Answer ${nameOf(first.answer)}. ${$('counter').textContent}. ${$('verdict').textContent}`;
}

function classVerdict(now, changes, limit, within) {
  const name = nameOf(now), stands = name === nameOf(first.answer);
  if (changes.size === 0)
    return [limit > 0 ? `${changes.invitation} Up to ${changes.amount(limit)}, the answer cannot change.` : `${changes.invitation} The answer may change at once.`];
  if (changes.outside)
    return [`${changes.outside} `, state(stands, name)];
  if (!within)
    return [limit < 0 ? 'Nothing is certain here: the answer may or may not change. ' : `More than ${model.unit.letter}: the answer may or may not change. `, state(stands, name)];
  if (stands)
    return [`Within ${model.unit.letter}, the answer cannot change. `, state(true, name)];
  return [now.abstained
    ? `The votes drawn for what you changed do not settle an answer, so none is given. The certificate holds: no other answer wins.`
    : `The answer is ${name} now. Certificates are wrong with a small chance, which you have met. `];
}

const state = (stands, name) => stands
  ? element('span', { className: 'stands', textContent: `It stands: ${name}.` })
  : element('span', { className: 'fell', textContent: name === 'no answer' ? 'It fell: the votes settle no answer.' : `It fell: ${name} now.` });

function showVotes(now) {
  $('votes-part').hidden = false;
  $('votes-caption').textContent = model.rule?.startsWith('Condorcet')
    ? `Wins of each class in its closest contest, of ${now.voteCount.toLocaleString('en')}; the lines mark them before your changes.`
    : `Votes of ${now.voteCount.toLocaleString('en')} ablations for each class; the lines mark them before your changes.`;
  const shares = Object.entries(now.votes).map(([name, votes]) => ({ name, votes, share: votes / Math.max(1, now.voteCount) }));
  const shown = shares.length <= mostClasses ? shares : shares.toSorted((a, b) => b.votes - a.votes).slice(0, mostClasses);
  const body = $('votes').tBodies[0];
  while (body.rows.length < shown.length) {
    const bar = element('div', { className: 'bar' }, element('div'), element('i'));
    body.append(element('tr', {}, element('th', { scope: 'row' }), element('td', {}, bar), element('td')));
  }
  shown.forEach(({ name, votes, share }, i) => {
    const row = body.rows[i], [bar, tick] = row.querySelectorAll('.bar > *');
    row.cells[0].textContent = row.cells[0].title = name;
    row.cells[2].textContent = votes.toLocaleString('en');
    row.classList.toggle('first', name === now.predictedLabel);
    bar.style.transform = `scaleX(${share})`;
    const before = first.answer.votes[name] / Math.max(1, first.answer.voteCount);
    tick.style.visibility = now === first.answer ? 'hidden' : 'visible';
    tick.style.left = `calc(${100 * before}% - ${2 * before}px)`;
  });
}

const finiteIntervals = () => {
  const all = first.answer.intervals, end = all.findIndex(({ lower, upper }) => lower === null || upper === null);
  return end < 0 ? all : all.slice(0, end);
};

function intervalVerdict(now, changes, within) {
  const before = nameOf(first.answer), after = nameOf(now);
  if (changes.size === 0)
    return [`${changes.invitation} The intervals below say how far the answer can go.`];
  if (!within)
    return [`More than the intervals cover: the answer may go anywhere. It went from ${before} to ${after}.`];
  const { lower, upper } = first.answer.intervals[changes.size];
  const inside = now.score >= lower && now.score <= upper;
  return [`With ${changes.amount(changes.size)} changed it stays from ${endOf(lower, Math.floor)} to ${endOf(upper, Math.ceil)}. `,
    inside ? element('span', { className: 'stands', textContent: `It stands within: ${before} became ${after}.` })
      : element('span', { className: 'fell', textContent: `It is ${after}: certificates are wrong with a small chance, which you have met.` })];
}

function showIntervals(now, changed) {
  $('intervals-part').hidden = false;
  const finite = finiteIntervals(), values = [first.answer.score, now.score, ...finite.flatMap(({ lower, upper }) => [lower, upper])];
  const least = Math.min(...values), width = Math.max(...values) - least || 1;
  const at = value => (value - least) / width;
  $('intervals').tBodies[0].replaceChildren(...first.answer.intervals.map(({ changed: count, lower, upper }) => {
    const bar = element('div'), tick = element('i'), from = lower === null ? 0 : at(lower), to = upper === null ? 1 : at(upper);
    bar.style.transform = `translateX(${100 * from}%) scaleX(${Math.max(0.004, to - from)})`;
    tick.style.left = `calc(${100 * at(now.score)}% - 1px)`;
    tick.style.visibility = 'visible';
    return element('tr', { className: count === changed ? 'now' : '' }, element('th', { scope: 'row', textContent: `${count}` }),
      element('td', {}, element('div', { className: 'bar' }, bar, tick)),
      element('td', { className: 'end', textContent: endOf(lower, Math.floor) }),
      element('td', { className: 'end', textContent: endOf(upper, Math.ceil) }));
  }));
}

/** Counts changes of single positions. */
function countedChanges(size, invitation, outside = '') {
  const amount = count => `${count} ${plural(count)}`;
  return {
    size, invitation, outside, amount,
    counter: limit => ['Changed ', element('b', { textContent: `${size}` }), limit < 0 ? ` ${plural(size)}; nothing is certain` : ` of ${model.unit.letter} = ${amount(limit)}`],
  };
}

/* ---- Why ---- */

const mostImportant = 10;

async function explain() {
  const button = $('explain'), row = view.row();
  button.disabled = true;
  try {
    const given = await fetchJson('explain', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(row) });
    $('words').replaceChildren(...given.text.split('\n').map(line => element('p', { textContent: line })));
    const importance = `blue speaks for ${given.explained}, orange for ${given.competitor}`;
    if (model.kind === 'image') {
      $('map').hidden = false;
      $('heat-text').textContent = `The pixels that matter most: ${importance}.`;
      $('heat').setAttribute('aria-label', `${given.positions.length} pixels that matter most for the answer`);
      heat(given.positions);
    } else {
      $('important').hidden = false;
      $('important-text').textContent = `The ${model.kind === 'text' ? 'words' : 'attributes'} that matter most: ${importance}.`;
      rank(given.positions.slice(0, mostImportant));
    }
  } catch (problem) {
    $('words').replaceChildren(element('p', { textContent: problem.message }));
  }
  button.disabled = false;
}

/** The image in grey, and over it what speaks for the answer and against it. */
function heat(positions) {
  const canvas = $('heat'), { height, width, channels } = model.shape, d = height * width, bytes = images.picture.current;
  const grey = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++)
    grey[i] = 70 + 0.45 * (channels === 3 ? (bytes[i % d] + bytes[d + i % d] + bytes[2 * d + i % d]) / 3 : bytes[i]);
  draw(canvas, grey);
  const context = canvas.getContext('2d'), most = Math.max(...positions.map(({ importance }) => Math.abs(importance)));
  for (const { position, importance } of positions) {
    context.fillStyle = importance > 0 ? '#4db2ff' : '#ff8f3f';
    context.globalAlpha = 0.15 + 0.85 * Math.abs(importance) / most;
    context.fillRect(position % width, Math.floor(position / width), 1, 1);
  }
}

function rank(positions) {
  const most = Math.max(...positions.map(({ importance }) => Math.abs(importance)));
  $('important').tBodies[0].replaceChildren(...positions.map(({ position, name, importance }) => {
    const bar = element('div');
    bar.style.transform = `scaleX(${Math.abs(importance) / most})`;
    return element('tr', { className: importance < 0 ? 'against' : '' }, element('th', { scope: 'row', textContent: name ?? `${position + 1}`, title: name ?? '' }),
      element('td', {}, element('div', { className: 'bar' }, bar)), element('td', { textContent: importance.toFixed(2).replace('-', '−') }));
  }));
}

/** What was explained is not what is shown now. */
function forgetExplanation() {
  $('words').replaceChildren();
  $('map').hidden = $('important').hidden = true;
}

/* ---- Images ---- */

class Picture {
  constructor() {
    const { channels, height, width } = model.shape;
    Object.assign(this, { channels, height, width, positions: height * width });
    this.original = new Uint8Array(channels * this.positions);
    this.current = this.original.slice();
    this.history = [];
  }

  set(bytes) {
    this.original = bytes;
    this.current = bytes.slice();
    this.history = [];
  }

  isChanged(position) {
    for (let i = position; i < this.current.length; i += this.positions) {
      if (this.current[i] !== this.original[i])
        return true;
    }
    return false;
  }

  colourOf(position) {
    return Array.from({ length: this.channels }, (_, channel) => this.current[channel * this.positions + position]);
  }

  put(position, colour) {
    this.history.push([position, this.colourOf(position)]);
    colour.forEach((value, channel) => this.current[channel * this.positions + position] = value);
  }

  restore(position) {
    this.put(position, Array.from({ length: this.channels }, (_, channel) => this.original[channel * this.positions + position]));
  }

  undo() {
    const [position, colour] = this.history.pop() ?? [];
    colour?.forEach((value, channel) => this.current[channel * this.positions + position] = value);
  }

  get changed() {
    return Array.from({ length: this.positions }, (_, position) => position).filter(position => this.isChanged(position));
  }

  toRow() {
    let text = '';
    for (let i = 0; i < this.current.length; i += 8192)
      text += String.fromCharCode(...this.current.subarray(i, i + 8192));
    return { bytes: btoa(text) };
  }
}

const bytesOf = row => Uint8Array.from(atob(row.bytes), letter => letter.charCodeAt(0));

/** Draws an image, one square for each pixel; what isSeen leaves out stays transparent. */
function draw(canvas, bytes, isSeen = null) {
  const { channels, height, width } = model.shape, d = height * width;
  const data = new ImageData(width, height);
  for (let i = 0; i < d; i++) {
    for (let c = 0; c < 3; c++)
      data.data[4 * i + c] = bytes[channels === 3 ? c * d + i : i];
    data.data[4 * i + 3] = isSeen === null || isSeen.has(i) ? 255 : 0;
  }
  [canvas.width, canvas.height] = [width, height];
  canvas.getContext('2d').putImageData(data, 0, 0);
}

const images = {
  picture: null, cursor: 0, stroke: null, at: 0, number: null,

  async start() {
    this.picture = new Picture();
    $('given-title').textContent = 'Image';
    $('image').hidden = $('masks').hidden = false;
    $('own').hidden = model.shape.channels !== 3;
    $('invert-label').hidden = model.shape.channels !== 1;
    $('masks-title').textContent = model.isSampled ? 'What random ablations show' : 'What the masks show';
    $('tiles').append(...Array.from({ length: shownAblations }, () => element('figure', {}, this.blankTile(), element('figcaption', { textContent: '\u00a0' }))));
    this.scale = Math.max(1, Math.floor(largestScale / Math.max(model.shape.height, model.shape.width)));
    this.listen();
    this.render();
    if (model.examples && await this.page(0))
      return;
    document.querySelector('[name=mode][value=draw]').checked = true;
    this.modeChanged();
    this.startWith(new Uint8Array(this.picture.original.length), 'A blank image: draw on it.');
  },

  blankTile() {
    const canvas = element('canvas', { role: 'img' });
    [canvas.width, canvas.height] = [model.shape.width, model.shape.height];
    canvas.setAttribute('role', 'img');
    return canvas;
  },

  row() { return this.picture.toRow(); },

  get isDrawing() { return document.querySelector('[name=mode]:checked').value === 'draw'; },

  changes() {
    const changed = this.picture.changed;
    const invitation = 'Paint on the image.';
    if (!model.patch)
      return countedChanges(changed.length, invitation);
    // A patch that covers all changed pixels.
    const { width } = this.picture, { height: rowsOfOne, width: columnsOfOne } = model.patch;
    const rows = changed.map(position => Math.floor(position / width)), columns = changed.map(position => position % width);
    const high = changed.length ? Math.max(...rows) - Math.min(...rows) + 1 : 0, wide = changed.length ? Math.max(...columns) - Math.min(...columns) + 1 : 0;
    const size = Math.max(Math.ceil(high / rowsOfOne), Math.ceil(wide / columnsOfOne));
    const amount = count => `a patch of ${count * rowsOfOne} × ${count * columnsOfOne} pixels`;
    return {
      size, invitation, outside: '', amount,
      counter: limit => ['Changed within ', element('b', { textContent: `${high} × ${wide}` }),
        limit < 0 ? ' pixels; nothing is certain' : ` of certified ${limit * rowsOfOne} × ${limit * columnsOfOne} pixels (${model.unit.letter} = ${limit})`],
    };
  },

  startWith(bytes, text) {
    this.picture.set(bytes);
    $('chosen').textContent = text;
    this.render();
    ask(this.picture.toRow(), true, 0);
  },

  /** Shows some examples, and takes the first. */
  async page(at) {
    busy(true);
    const rows = await fetchJson(`examples?first=${at}&count=${thumbsAtOnce}`);
    if (rows.length === 0)
      return false;
    this.at = at;
    $('examples').hidden = false;
    $('earlier').disabled = at === 0;
    $('later').disabled = at + thumbsAtOnce >= model.examples.count || rows.length < thumbsAtOnce;
    $('thumbs').replaceChildren(...rows.map(example => {
      const canvas = element('canvas'), button = element('button', { type: 'button', className: 'thumb' }, canvas);
      const name = `Image ${example.number}${example.label === null ? '' : `, ${example.label}`}`;
      button.setAttribute('aria-label', name);
      button.setAttribute('aria-pressed', 'false');
      button.title = name;
      draw(canvas, bytesOf(example.row));
      button.addEventListener('click', () => {
        this.pressed(button);
        document.querySelector('[name=mode][value=change]').checked = true;
        this.modeChanged();
        this.startWith(bytesOf(example.row), `${name} of ${model.examples.name}`);
      });
      return button;
    }));
    $('thumbs').firstChild.click();
    return true;
  },

  pressed(button) {
    for (const thumb of $('thumbs').children)
      thumb.setAttribute('aria-pressed', thumb === button ? 'true' : 'false');
  },

  modeChanged() {
    $('colours').classList.toggle('idle', this.isDrawing && model.shape.channels === 1);
    for (const id of ['one', 'ten'])
      $(id).disabled = this.isDrawing;
    $('clear').disabled = !this.isDrawing;
    this.render();
  },

  listen() {
    const canvas = $('canvas');
    canvas.addEventListener('pointerdown', event => this.press(event));
    canvas.addEventListener('pointermove', event => this.move(event));
    for (const end of ['pointerup', 'pointercancel', 'lostpointercapture'])
      canvas.addEventListener(end, () => this.lift());
    canvas.addEventListener('keydown', event => this.key(event));
    for (const change of ['focus', 'blur'])
      canvas.addEventListener(change, () => this.render());
    for (const radio of document.querySelectorAll('[name=mode]'))
      radio.addEventListener('change', () => this.modeChanged());
    $('picked').addEventListener('input', () => document.querySelector('[name=colour][value=own]').checked = true);
    $('earlier').addEventListener('click', () => this.page(Math.max(0, this.at - thumbsAtOnce)));
    $('later').addEventListener('click', () => this.page(this.at + thumbsAtOnce));
    $('one').addEventListener('click', () => this.random(1));
    $('ten').addEventListener('click', () => this.random(10));
    $('undo').addEventListener('click', () => { this.picture.undo(); this.painted(); });
    $('reset').addEventListener('click', () => { this.picture.set(this.picture.original); this.painted(); });
    $('clear').addEventListener('click', () => this.drawing(new Uint8Array(this.picture.current.length)));
    $('file').addEventListener('change', () => this.file($('file').files[0]));
    $('invert').addEventListener('change', () => this.drawing(this.picture.original.map(value => 255 - value), $('chosen').textContent));
    const drop = $('drop');
    drop.addEventListener('dragover', event => { event.preventDefault(); drop.classList.add('over'); });
    drop.addEventListener('dragleave', () => drop.classList.remove('over'));
    drop.addEventListener('drop', event => {
      event.preventDefault();
      drop.classList.remove('over');
      this.file(event.dataTransfer.files[0]);
    });
  },

  /** Takes another image to begin with, without an example. */
  drawing(bytes, text = 'Your drawing') {
    this.pressed(null);
    this.startWith(bytes, text);
  },

  async file(file) {
    if (!file)
      return;
    try {
      const bitmap = await createImageBitmap(file), { channels, height, width } = model.shape;
      const canvas = element('canvas'), context = (([canvas.width, canvas.height] = [width, height]), canvas.getContext('2d'));
      const scale = Math.max(width / bitmap.width, height / bitmap.height), [w, h] = [scale * bitmap.width, scale * bitmap.height];
      context.imageSmoothingQuality = 'high';
      context.fillStyle = 'white';
      context.fillRect(0, 0, width, height);
      context.drawImage(bitmap, (width - w) / 2, (height - h) / 2, w, h);
      const { data } = context.getImageData(0, 0, width, height), d = height * width, bytes = new Uint8Array(channels * d);
      for (let i = 0; i < d; i++) {
        const [red, green, blue] = data.subarray(4 * i, 4 * i + 3);
        if (channels === 3)
          [bytes[i], bytes[d + i], bytes[2 * d + i]] = [red, green, blue];
        else
          bytes[i] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
      }
      document.querySelector('[name=mode][value=change]').checked = true;
      this.modeChanged();
      this.drawing($('invert').checked && channels === 1 ? bytes.map(value => 255 - value) : bytes, file.name);
    } catch {
      $('problem').textContent = `${file.name} is no image that the browser can read; choose a PNG or JPEG file.`;
    }
    $('file').value = '';
  },

  positionAt(event) {
    const box = $('canvas').getBoundingClientRect(), { width, height } = this.picture;
    // The image fills the canvas as far as its shape allows.
    const scale = Math.min(box.width / width, box.height / height);
    const x = Math.floor((event.clientX - box.left - (box.width - scale * width) / 2) / scale);
    const y = Math.floor((event.clientY - box.top - (box.height - scale * height) / 2) / scale);
    return x < 0 || y < 0 || x >= width || y >= height ? -1 : y * width + x;
  },

  press(event) {
    const position = this.positionAt(event);
    if (position < 0 || event.button !== 0)
      return;
    $('canvas').setPointerCapture(event.pointerId);
    // A stroke that begins on a changed pixel takes changes back.
    this.stroke = { restores: !this.isDrawing && this.picture.isChanged(position), last: -1 };
    this.paintTo(position);
  },

  move(event) {
    const position = this.stroke ? this.positionAt(event) : -1;
    if (position >= 0)
      this.paintTo(position);
  },

  lift() {
    if (this.stroke && this.isDrawing)
      this.drawn();
    this.stroke = null;
  },

  /** Paints a line to a pixel. */
  paintTo(position) {
    const { width } = this.picture, from = this.stroke.last < 0 ? position : this.stroke.last;
    const [x0, y0, x1, y1] = [from % width, Math.floor(from / width), position % width, Math.floor(position / width)];
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0));
    for (let i = 0; i <= steps; i++) {
      const t = steps ? i / steps : 0, here = Math.round(y0 + t * (y1 - y0)) * width + Math.round(x0 + t * (x1 - x0));
      if (here !== this.stroke.last)
        this.paint(here, this.stroke.restores);
      this.stroke.last = here;
    }
    this.cursor = position;
    this.painted();
  },

  paint(position, restores) {
    if (this.isDrawing)
      this.pen(position);
    else if (restores && this.picture.isChanged(position))
      this.picture.restore(position);
    else if (!restores && !this.picture.isChanged(position))
      this.picture.put(position, this.colour(position));
  },

  /** What a pixel becomes: a colour that it does not have. */
  colour(position) {
    const has = this.picture.colourOf(position), chosen = document.querySelector('[name=colour]:checked').value;
    const opposite = has.map(value => value < 128 ? 255 : 0);
    const wanted = chosen === 'white' ? has.map(() => 255) : chosen === 'black' ? has.map(() => 0) : chosen === 'own' ? this.picked() : opposite;
    return wanted.every((value, channel) => value === has[channel]) ? opposite : wanted;
  },

  picked() {
    const hex = $('picked').value;
    return [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));
  },

  /** A soft pen, a fourteenth of the image wide. */
  pen(position) {
    const { width, height } = this.picture, radius = Math.max(1, Math.min(width, height) / 20);
    const [x, y] = [position % width, Math.floor(position / width)], reach = Math.ceil(radius + 1);
    const chosen = document.querySelector('[name=colour]:checked').value;
    const ink = chosen === 'own' ? this.picked() : Array(this.picture.channels).fill(chosen === 'black' && model.shape.channels === 3 ? 0 : 255);
    for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v++) {
      for (let u = Math.max(0, x - reach); u <= Math.min(width - 1, x + reach); u++) {
        const strength = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(u - x, v - y))), here = v * width + u;
        if (strength === 0)
          continue;
        const has = this.picture.colourOf(here), mixed = has.map((value, channel) => Math.round(value + strength * (ink[channel] - value)));
        this.picture.put(here, model.shape.channels === 1 ? [Math.max(has[0], mixed[0])] : mixed);
      }
    }
  },

  painted() {
    this.render();
    if (this.isDrawing)
      return;
    ask(this.picture.toRow(), false);
  },

  /** A stroke of a drawing is done: what is drawn is what is certified. */
  drawn() {
    this.pressed(null);
    const history = this.picture.history;
    this.picture.original = this.picture.current.slice();
    this.picture.history = history.slice(-20_000);
    $('chosen').textContent = 'Your drawing';
    this.render();
    ask(this.picture.toRow(), true, 300);
  },

  random(count) {
    const left = Array.from({ length: this.picture.positions }, (_, position) => position).filter(position => !this.picture.isChanged(position));
    for (let i = 0; i < count && left.length > 0; i++) {
      const [position] = left.splice(Math.floor(Math.random() * left.length), 1);
      this.picture.put(position, this.colour(position));
    }
    this.painted();
  },

  key(event) {
    const { width, height } = this.picture, [x, y] = [this.cursor % width, Math.floor(this.cursor / width)];
    const to = { ArrowLeft: [x - 1, y], ArrowRight: [x + 1, y], ArrowUp: [x, y - 1], ArrowDown: [x, y + 1], Home: [0, y], End: [width - 1, y], PageUp: [x, y - 5], PageDown: [x, y + 5] }[event.key];
    const paints = event.key === ' ' || event.key === 'Enter';
    if (!to && !paints || event.ctrlKey || event.altKey || event.metaKey)
      return;
    event.preventDefault();
    const from = this.cursor;
    if (to)
      this.cursor = Math.min(height - 1, Math.max(0, to[1])) * width + Math.min(width - 1, Math.max(0, to[0]));
    if (paints || event.shiftKey) {
      this.stroke = { restores: paints && !this.isDrawing && this.picture.isChanged(this.cursor), last: paints ? -1 : from };
      this.paintTo(this.cursor);
      this.lift();
    } else {
      this.render();
    }
    $('cursor').textContent = `Row ${Math.floor(this.cursor / width) + 1}, column ${this.cursor % width + 1}${this.picture.isChanged(this.cursor) ? ', changed' : ''}`;
  },

  render() {
    const canvas = $('canvas'), { width, height } = this.picture, s = this.scale;
    const small = element('canvas');
    draw(small, this.picture.current);
    [canvas.width, canvas.height] = [s * width, s * height];
    const context = canvas.getContext('2d'), style = getComputedStyle(document.documentElement);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, s * width, s * height);
    const line = Math.max(1, Math.round(s / 6));
    context.lineWidth = line;
    context.strokeStyle = style.getPropertyValue('--mark');
    for (const position of this.picture.changed)
      context.strokeRect(position % width * s + line / 2, Math.floor(position / width) * s + line / 2, s - line, s - line);
    if (document.activeElement === canvas) {
      const [x, y] = [this.cursor % width * s, Math.floor(this.cursor / width) * s];
      [['#000000', 3], ['#ffffff', 1]].forEach(([colour, wide]) => {
        [context.strokeStyle, context.lineWidth] = [colour, wide * Math.max(1, s / 8)];
        context.strokeRect(x - 1, y - 1, s + 2, s + 2);
      });
    }
    canvas.setAttribute('aria-label', `The image, ${height} by ${width} pixels, ${this.picture.changed.length} changed`);
    $('undo').disabled = this.picture.history.length === 0;
    $('reset').disabled = this.picture.changed.length === 0;
  },
};

function showTiles(now) {
  const bytes = images.picture.current;
  $('masks-text').textContent = model.isSampled
    ? `Each ablation shows the network few pixels and hides the others (hatched). ${now.sampleCount.toLocaleString('en')} were asked; here are ${now.ablations.length}, with the answer to each.`
    : `Each mask shows the network some pixels and hides the others (hatched). Here are ${now.ablations.length} of ${now.voteCount}, with the answer to each.`;
  [...$('tiles').children].forEach((figure, i) => {
    const ablation = now.ablations[i], [canvas, caption] = figure.children;
    figure.hidden = !ablation;
    if (!ablation)
      return;
    draw(canvas, bytes, new Set(ablation.retained));
    caption.textContent = ablation.answer ?? 'no answer';
    caption.classList.toggle('agrees', ablation.answer === now.predictedLabel);
    canvas.setAttribute('aria-label', `Ablation ${i + 1} shows ${ablation.retained.length} pixels; the answer is ${caption.textContent}`);
  });
}

/* ---- Tables and texts ---- */

const tables = {
  fields: [], at: -1, count: 0,

  async start() {
    $('given-title').textContent = model.kind === 'text' ? 'Text' : 'Attributes';
    $('table').hidden = false;
    $('fields').classList.toggle('text', model.kind === 'text');
    this.fields = model.attributes.map((attribute, i) => this.field(attribute, i));
    $('fields').append(...this.fields.map(field => field.box));
    $('table').addEventListener('submit', event => event.preventDefault());
    $('finding').hidden = this.fields.length <= mostFields;
    $('find').addEventListener('input', () => this.fields.forEach(field =>
      field.box.hidden = !field.attribute.name.toLowerCase().includes($('find').value.trim().toLowerCase())));
    $('restore').addEventListener('click', () => { this.fill(origin); this.changed(); });
    $('earlier').addEventListener('click', () => this.take(this.at - 1));
    $('later').addEventListener('click', () => this.take(this.at + 1));
    if (model.examples) {
      $('thumbs').classList.add('rows');
      $('examples').hidden = false;
      await this.take(0);
    } else {
      ask(this.row(), true, 0);
    }
  },

  field(attribute, i) {
    const input = attribute.role === 'Category' ? element('select') : attribute.role === 'Text' ? element('textarea') : element('input', { inputMode: 'decimal', type: 'text' });
    input.id = `field-${i}`;
    input.name = attribute.name;
    if (attribute.role === 'Category') {
      const values = attribute.categories.includes('') ? attribute.categories : ['', ...attribute.categories];
      input.append(...values.map(value => element('option', { value, textContent: value === '' ? 'missing' : value })));
    }
    const was = element('span', { className: 'was', textContent: '\u00a0', id: `was-${i}` });
    input.setAttribute('aria-describedby', was.id);
    input.addEventListener('input', () => this.changed());
    return { attribute, input, was, box: element('div', { className: 'field' }, element('label', { htmlFor: input.id, textContent: attribute.name }), input, was) };
  },

  valueOf({ attribute, input }) {
    if (attribute.role !== 'Number')
      return input.value;
    const text = input.value.trim();
    return text === '' ? null : Number.isNaN(Number(text)) ? text : Number(text);
  },

  row() { return Object.fromEntries(this.fields.map(field => [field.attribute.name, this.valueOf(field)])); },

  fill(row) {
    for (const { attribute, input } of this.fields) {
      const value = row[attribute.name] ?? '';
      // A category that training did not have is one all the same.
      if (attribute.role === 'Category' && ![...input.options].some(option => option.value === value))
        input.append(element('option', { value, textContent: value }));
      input.value = value;
    }
  },

  async take(at) {
    busy(true);
    const [example] = await fetchJson(`examples?first=${at}&count=1`);
    if (!example)
      return;
    this.at = at;
    $('earlier').disabled = at === 0;
    $('later').disabled = at + 1 >= model.examples.count;
    $('chosen').textContent = `Row ${example.number} of ${model.examples.name}${example.label === null ? '' : `; ${model.label} is ${example.label}`}`;
    this.fill(example.row);
    ask(this.row(), true, 0);
    this.marks();
  },

  changed() {
    this.marks();
    ask(this.row(), false, 350);
  },

  marks() {
    let changed = 0;
    for (const field of this.fields) {
      const was = origin[field.attribute.name], isChanged = was !== this.valueOf(field);
      changed += isChanged ? 1 : 0;
      field.box.classList.toggle('changed', isChanged);
      field.was.textContent = isChanged && field.attribute.role !== 'Text' ? `was ${was === null || was === '' ? 'missing' : was}` : '\u00a0';
    }
    $('restore').disabled = changed === 0;
    return changed;
  },

  changes(now) {
    if (model.kind !== 'text')
      return countedChanges(this.marks(), 'Change attributes.');
    const before = first.answer.words, after = now.words;
    if (model.unit.one !== 'word')
      return countedChanges(editDistance(before, after), 'Change the text.');
    const outside = before.length === after.length ? '' : 'Words were inserted or deleted, which this certificate does not cover; it is about words that are replaced, each by one.';
    return countedChanges(after.filter((word, i) => word !== before[i]).length, 'Replace words.', outside);
  },
};

/** The fewest insertions and deletions of words that make one text of another. */
function editDistance(before, after) {
  let row = after.map((_, i) => i + 1);
  row.unshift(0);
  for (let i = 1; i <= before.length; i++) {
    const next = [i];
    for (let j = 1; j <= after.length; j++)
      next[j] = before[i - 1] === after[j - 1] ? row[j - 1] : 1 + Math.min(row[j], next[j - 1]);
    row = next;
  }
  return row[after.length];
}

/* ---- Start ---- */

let view;

function introduce() {
  const size = model.kind === 'image' ? `${model.shape.height} × ${model.shape.width} pixels` : model.kind === 'text' ? 'texts' : `${model.attributes.length} attributes`;
  const ablations = model.ablations;
  document.title = `${model.name}: certified answers`;
  $('about').textContent = `${model.name}: ${size}, ${model.task === 'Regression' ? `predicts ${model.label}` : `${model.classes.length} classes`}; ablations: ${ablations}.`;
  const what = model.patch ? 'a patch of the certified size, whatever it shows and wherever it is,' : `up to ${model.unit.letter} ${model.unit.many}, whatever they become,`;
  $('meaning-text').textContent = model.task === 'Regression'
    ? 'The model sees only part of the attributes at a time, and answers many times; the median is the answer. Whoever changes few attributes changes few of these answers, so that the median stays within an interval. Within it, that is proven. Beyond what the intervals cover, the answer may or may not move.'
    : `The model sees only a part of the ${model.kind === 'image' ? 'image' : model.kind === 'text' ? 'text' : 'row'} at a time, and answers many times; the votes decide. Whoever changes ${what} changes too few votes to change the answer: that is proven. Beyond, the answer may or may not change.`;
  $('confidence').textContent = model.confidence;
}

try {
  model = await fetchJson('model');
  introduce();
  document.querySelector('main').hidden = false;
  $('why').hidden = model.task === 'Regression';
  $('explain').addEventListener('click', explain);
  view = model.kind === 'image' ? images : tables;
  await view.start();
} catch (problem) {
  $('problem').textContent = `The service does not answer: ${problem.message}`;
}

/** What the dialogs of event nodes do first and last: the shape of what was saved, and rows that hang on others. */
window.doorstepDialog = (() => {
  const NAMESPACE = '@homebridge-doorstep/node-red/doorstep-server:';

  /** Opens a dialog: gives what was saved in the shape of now, and fills its fields with it. Nothing is saved before OK. */
  function open(node) {
    const saved = {};
    for (const property of Object.keys(node._def.defaults))
      if (node[property] !== undefined) saved[property] = node[property];
    const migrated = doorstepShared.migrate(node.type, saved);
    if (migrated.is === 'newer') warnOfNewer(migrated);
    const config = migrated.is === 'current' ? migrated.stored : saved;
    for (const [property, value] of Object.entries(config))
      if (value !== saved[property]) fill(property, value);
    prepareWait();
    return config;
  }

  /** Saves the version with the rest; what newer nodes saved keeps theirs. */
  function save(node) {
    const known = doorstepShared.versionOf(node.type);
    if (!(Number(node.version) > known)) node.version = known;
  }

  function fill(property, value) {
    const field = $(`#node-input-${property}`);
    if (field.attr('type') === 'checkbox') field.prop('checked', value);
    else field.val(value);
  }

  function warnOfNewer({ version, known }) {
    const sentence = RED._(`${NAMESPACE}editor.newer`, { version: version, known: known });
    $('<div class="form-tips" role="alert" style="margin-bottom:12px">')
      .text(sentence)
      .prependTo('#dialog-form');
  }

  /** Only a picture is waited for. */
  function prepareWait() {
    const show = () => $('#doorstep-wait').toggle($('#node-input-payload').val() === 'picture');
    $('#node-input-payload').on('change', show);
    show();
  }

  /** Ticks of several to choose from; none chosen means all. */
  function showTicks(boxes, chosen) {
    $(boxes).each(function () {
      this.checked = !chosen || chosen.length === 0 || chosen.includes(this.value);
    });
  }

  /** What is ticked; none for all of them, so that what a later version adds is among it. */
  function ticked(boxes) {
    const all = $(boxes).toArray();
    const chosen = all.filter((box) => box.checked).map((box) => box.value);
    return chosen.length === all.length ? [] : chosen;
  }

  /** For `validate`: empty, an environment variable, or a number in between. */
  function isBetween(value, least, most) {
    if (value === undefined || value === '' || /^\$\{/.test(value)) return true;
    return Number(value) >= least && Number(value) <= most;
  }

  return { open, save, showTicks, ticked, isBetween };
})();

/** The dialog of the hub node: finding a hub, pairing with it, trying it. The parts of the page are those of doorstep-server.html. */
window.doorstepServerDialog = (() => {
  // The editor fetches the shared files side by side: editor.js may come after this one.
  const text = (...words) => window.doorstepEditor.text(...words);
  const faultText = (...words) => window.doorstepEditor.faultText(...words);
  const failureText = (...words) => window.doorstepEditor.failureText(...words);
  const SCOPES = ['events', 'media', 'control', 'share:request'];
  const LOOK_MS = 1500;

  /** What the open dialog is waiting for; a dialog that closes forgets it. */
  let dialog = { open: false };

  function post(path, body) {
    return $.ajax({
      url: `doorstep-server/${path}`,
      method: 'POST',
      contentType: 'application/json',
      data: JSON.stringify(body),
    });
  }

  function fields() {
    return {
      host: $('#node-config-input-host').val(),
      port: $('#node-config-input-port').val(),
      tls: $('#node-config-input-tls').prop('checked'),
    };
  }

  function scopeNames(scopes) {
    return scopes.map((scope) => text(`editor.scope.${scope.split(':')[0]}`)).join(', ');
  }

  function say(output, sentence, color = '--red-ui-primary-text-color') {
    $(output).text(sentence).css('color', `var(${color})`).show();
  }
  const WELL = '--red-ui-text-color-success';
  const AMISS = '--red-ui-text-color-error';

  function test(id) {
    const output = '#doorstep-test-result';
    const question = { id: id, ...fields(), token: $('#node-config-input-token').val() };
    say(output, text('editor.testing'));
    window.doorstepEditor.ask(question).then(
      (answer) => {
        if (!answer.ok) return say(output, faultText(answer.fault, question), AMISS);
        const cameras = answer.cameras.map((camera) => camera.name).join(', ');
        const works = text('editor.test-ok', {
          version: answer.version,
          cameras: cameras || text('editor.no-cameras'),
        });
        const more = text('editor.test-more', { ms: answer.ms, scopes: scopeNames(answer.scopes) });
        say(output, `${works} ${more}`, WELL);
      },
      (reply) => say(output, failureText(reply), AMISS),
    );
  }

  function find() {
    const mine = dialog;
    const list = $('#doorstep-found').empty();
    say('#doorstep-find-result', text('editor.finding'));
    $('#doorstep-find').prop('disabled', true);
    post('find', {})
      .then(
        ({ hubs }) => {
          if (!mine.open) return;
          say('#doorstep-find-result', text(hubs.length > 0 ? 'editor.found' : 'editor.found-none'));
          for (const hub of hubs) list.append(hubChoice(hub));
          list.find('button').first().trigger('focus');
        },
        (reply) => say('#doorstep-find-result', failureText(reply), AMISS),
      )
      .always(() => $('#doorstep-find').prop('disabled', false));
  }

  function hubChoice(hub) {
    const version = hub.version ? `, ${text('editor.found-version', { version: hub.version })}` : '';
    return $('<button type="button" class="red-ui-button">')
      .text(`${hub.name} (${hub.host}:${hub.port}${version})`)
      .on('click', () => {
        const before = fields();
        // Anybody can announce himself under any name: no other machine gets the token of the one before.
        if (before.host !== hub.host || Number(before.port) !== hub.port)
          $('#node-config-input-token').val('').trigger('change');
        $('#node-config-input-host').val(hub.host).trigger('change').trigger('focus');
        $('#node-config-input-port').val(hub.port).trigger('change');
        $('#node-config-input-tls').prop('checked', hub.tls).trigger('change');
        $('#doorstep-found').empty();
        $('#doorstep-find-result').hide();
      });
  }

  /** The first step: what the flows want to do. */
  function choosePairing() {
    stopPairing();
    $('#doorstep-pairing').show();
    $('#doorstep-pairing-wish').show();
    $('#doorstep-pairing-code').hide();
    $('#doorstep-pairing-result').hide();
    $('.doorstep-scope').first().trigger('focus');
  }

  function startPairing() {
    const mine = dialog;
    const question = fields();
    const scopes = SCOPES.filter((scope) => $(`.doorstep-scope[value="${scope}"]`).prop('checked'));
    if (scopes.length === 0) return say('#doorstep-pairing-result', text('editor.pair-none'), AMISS);
    say('#doorstep-pairing-result', text('editor.pair-asking'));
    $('#doorstep-pairing-ask').prop('disabled', true);
    post('pairings', { ...question, scopes: scopes })
      .then(
        (answer) => {
          if (!answer.ok) return say('#doorstep-pairing-result', faultText(answer.fault, question), AMISS);
          // Closed, or started anew, while the hub was asked.
          if (!mine.open || mine.pairing) return void post('pairings/end', { pairing: answer.pairing });
          mine.pairing = answer.pairing;
          showCode(answer.code);
          mine.timer = setTimeout(() => look(mine), LOOK_MS);
        },
        (reply) => say('#doorstep-pairing-result', failureText(reply), AMISS),
      )
      .always(() => $('#doorstep-pairing-ask').prop('disabled', false));
  }

  function showCode(code) {
    $('#doorstep-pairing-wish').hide();
    $('#doorstep-pairing-digits').text(code);
    $('#doorstep-pairing-code').show().trigger('focus');
    say('#doorstep-pairing-result', text('editor.pair-waiting'));
  }

  function look(mine) {
    const { pairing } = mine;
    const again = () => {
      if (mine.open && mine.pairing === pairing) mine.timer = setTimeout(() => look(mine), LOOK_MS);
    };
    post('pairings/look', { pairing: pairing }).then(
      (answer) => {
        if (!mine.open || mine.pairing !== pairing) return;
        if (answer.state !== 'pending') return endPairing(answer);
        say('#doorstep-pairing-result', text(answer.fault ? 'editor.pair-away' : 'editor.pair-waiting'));
        again();
      },
      (reply) => {
        if (mine.open && mine.pairing === pairing) say('#doorstep-pairing-result', failureText(reply), AMISS);
        again();
      },
    );
  }

  /** The token goes into the password field, which nobody can read, and with the node's credentials to the runtime. */
  function endPairing(answer) {
    stopPairing();
    $('#doorstep-pairing-code').hide();
    if (answer.state !== 'approved') {
      $('#doorstep-pairing-wish').show();
      say('#doorstep-pairing-result', text(`editor.pair-${answer.state}`), AMISS);
      $('#doorstep-pairing-ask').trigger('focus');
      return;
    }
    $('#node-config-input-token').val(answer.token).trigger('change');
    say('#doorstep-pairing-result', text('editor.pair-done', { scopes: scopeNames(answer.scopes) }), WELL);
    $('#doorstep-pair').trigger('focus');
  }

  /** Takes back what nobody has answered. */
  function stopPairing() {
    clearTimeout(dialog.timer);
    $('#doorstep-pairing-digits').text('');
    if (dialog.pairing) post('pairings/end', { pairing: dialog.pairing });
    dialog.pairing = undefined;
  }

  function prepare(id) {
    dialog = { open: true };
    // Until now the editor was reading what the runtime has.
    $('#doorstep-test, #doorstep-find, #doorstep-pair').prop('disabled', false);
    $('#doorstep-test').on('click', () => test(id));
    $('#doorstep-find').on('click', find);
    $('#doorstep-pair').on('click', choosePairing);
    $('#doorstep-pairing-ask').on('click', startPairing);
    $('.doorstep-pairing-cancel').on('click', () => {
      stopPairing();
      $('#doorstep-pairing').hide();
      $('#doorstep-pair').trigger('focus');
    });
  }

  function close() {
    stopPairing();
    dialog.open = false;
  }

  return { prepare, close };
})();

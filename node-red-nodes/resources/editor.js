/** What the dialogs of the Doorstep nodes share: asking the hub, and the choice of cameras. */
window.doorstepEditor = (() => {
  const NAMESPACE = '@homebridge-doorstep/node-red/doorstep-server:';
  /** Stands in a password field whose secret only the runtime knows. */
  const KEPT_SECRET = '__PWRD__';

  function text(key, parameters) {
    return RED._(NAMESPACE + key, parameters);
  }

  /** Has the runtime say hello to the hub; works before the first deploy as well. */
  function ask(question) {
    const token = question.token === KEPT_SECRET ? undefined : question.token;
    return $.ajax({
      url: 'doorstep-server/try',
      method: 'POST',
      contentType: 'application/json',
      data: JSON.stringify({ ...question, token: token }),
    });
  }

  function faultText(fault, question) {
    return text(`fault.${fault.code}`, {
      where: `${question.host}:${question.port}`,
      detail: fault.detail || '',
    });
  }

  function failureText(reply) {
    return text(reply.status === 401 || reply.status === 403 ? 'editor.may-not' : 'editor.no-runtime');
  }

  /** Options of the picker: the hub's cameras, then chosen ones that it does not have at the moment. */
  function cameraOptions(cameras, chosen, known) {
    const ids = cameras.map((camera) => camera.id);
    const absent = chosen.filter((id) => !ids.includes(id));
    return [
      ...cameras.map((camera) => ({ value: camera.id, label: camera.name })),
      ...absent.map((id) => ({ value: id, label: known ? text('editor.absent-camera', { id: id }) : id })),
    ];
  }

  function showCameras(cameras, chosen, known) {
    const options = cameraOptions(cameras, chosen, known);
    $('#doorstep-cameras')
      .typedInput('types', [
        { value: 'all', label: text('editor.all-cameras'), hasValue: false },
        {
          value: 'chosen',
          label: text('editor.chosen-cameras'),
          multiple: true,
          options: options,
        },
      ])
      .typedInput('value', chosen.join(','))
      .off('change.doorstep')
      .on('change.doorstep', () => nameChosen(options));
    nameChosen(options);
  }

  /** The picker itself only counts them. */
  function nameChosen(options) {
    const names = chosenCameras().map((id) => options.find(({ value }) => value === id)?.label ?? id);
    $('#doorstep-cameras-names').text(names.join(', '));
  }

  /** Sets up the picker and fills it whenever another hub is chosen. */
  function prepareCameras(stored) {
    const first = Array.isArray(stored) ? stored : [];
    $('#doorstep-cameras').typedInput({
      types: [
        { value: 'all', hasValue: false },
        { value: 'chosen', multiple: true, options: [] },
      ],
    });
    showCameras([], first, false);
    $('#doorstep-cameras').typedInput('type', first.length > 0 ? 'chosen' : 'all');
    showCameras([], first, false);

    onCameras((cameras) => showCameras(cameras, current(first), true));
  }

  /** Calls back with the hub's cameras whenever another hub is chosen; says in the note why there are none. */
  function onCameras(show) {
    $('#node-input-server').on('change', function () {
      const server = RED.nodes.node($(this).val());
      const note = $('#doorstep-cameras-note').text('');
      if (server?.type !== 'doorstep-server') return;
      const question = {
        id: server.id,
        host: server.host,
        port: server.port,
        tls: server.tls,
        token: server.credentials ? server.credentials.token : undefined,
      };
      ask(question).then(
        (answer) => {
          if (answer.ok) show(answer.cameras);
          else note.text(faultText(answer.fault, question));
        },
        (reply) => note.text(failureText(reply)),
      );
    });
  }

  /** Sets up the choice of one camera, or of none, which `nobody` names. */
  function prepareCamera(stored, nobody) {
    const select = $('#node-input-camera');
    const show = (cameras, known) => {
      const chosen = select.val() || stored || '';
      const options = [
        { value: '', label: nobody },
        ...cameraOptions(cameras, chosen ? [chosen] : [], known),
      ];
      select.empty();
      for (const { value, label } of options) select.append($('<option>').val(value).text(label));
      select.val(chosen);
    };
    show([], false);
    onCameras((cameras) => show(cameras, true));
  }

  /**
   * Sets up the choice of one camera as typed input: all of them where `all` names that, that of the message (which `ofMessage` names), one of the hub, or where
   * else it stands. The type is stored in `cameraType`.
   */
  function prepareTypedCamera({ camera }, ofMessage, all) {
    const field = $('#node-input-camera');
    const typesWith = (options) => [
      ...(all ? [{ value: 'all', label: all, hasValue: false }] : []),
      { value: 'message', label: ofMessage, hasValue: false },
      { value: 'hub', label: text('editor.camera'), options: options },
      ...['msg', 'flow', 'global', 'env'],
    ];
    const optionsOf = (cameras, known) => {
      const chosen = field.val() || camera;
      const isId = $('#node-input-cameraType').val() === 'hub';
      return cameraOptions(cameras, isId && chosen ? [chosen] : [], known);
    };
    field.typedInput({ types: typesWith(optionsOf([], false)), typeField: '#node-input-cameraType' });
    onCameras((cameras) => {
      const type = field.typedInput('type');
      const value = field.typedInput('value');
      field.typedInput('types', typesWith(optionsOf(cameras, true)));
      field.typedInput('type', type).typedInput('value', value);
    });
  }

  /** What is picked right now, also while the type is "all", so that going back and forth loses nothing. */
  function current(fallback) {
    const value = $('#doorstep-cameras').typedInput('value');
    return value ? value.split(',').filter(Boolean) : fallback;
  }

  /** Ids to store; none means every camera. */
  function chosenCameras() {
    return $('#doorstep-cameras').typedInput('type') === 'chosen' ? current([]) : [];
  }

  return {
    text,
    ask,
    faultText,
    failureText,
    prepareCameras,
    prepareCamera,
    prepareTypedCamera,
    chosenCameras,
  };
})();

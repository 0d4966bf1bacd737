// hls.js without a setting of its own, and a playlist as others serve it: the peer of our player at the live edge.
async (address) => {
  const plainly = (text) => text.replace(/TARGETDURATION:\d+/, "TARGETDURATION:1").replace(/#EXT-X-SERVER-CONTROL.*\n/, "");
  class Plain extends Hls.DefaultConfig.loader {
    load(context, config, callbacks) {
      const onSuccess = (answer, ...rest) => {
        answer.data = plainly(answer.data);
        callbacks.onSuccess(answer, ...rest);
      };
      super.load(context, config, { ...callbacks, onSuccess });
    }
  }
  const tell = (_now, picture) => {
    const pts = Math.round(picture.mediaTime * 90000);
    eye.seen.push({ pts, number: eye.read(), at_ms: picture.expectedDisplayTime });
    eye.video.requestVideoFrameCallback(tell);
  };
  document.body.append((eye.video = document.createElement("video")));
  eye.video.muted = true;
  eye.video.requestVideoFrameCallback(tell);
  const hls = new Hls({ pLoader: Plain });
  hls.loadSource(address);
  hls.attachMedia(eye.video);
  await eye.video.play();
}

package io.peakmesh.cli.install.chart;

/** A template says what is not understood here; a bug of the chart. */
final class TemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TemplateException(String message) {
        super(message);
    }
}
